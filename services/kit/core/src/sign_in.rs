//! Who calls: nobody but the local user on a loopback address, or holders of tokens.
//!
//! A node without sign-in listens on loopback only ([`SignIn::check_address`]); its one user is the administrator of
//! the node's organisation. With tokens every call carries `authorization: Bearer <token>`; only the SHA-256 of a token
//! is kept. A holder with the role `service` may act on behalf of the actor in the header `muster-actor`.

use std::{collections::HashMap, net::SocketAddr, path::Path};

use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{Actor, Error, ErrorCode, OrgCode, Result, actor::ActorRole};

/// The header that names the actor on whose behalf a service calls.
pub const ACTOR_HEADER: &str = "muster-actor";
/// The cookie in which the pages keep a token.
pub const COOKIE: &str = "muster-token";

/// How callers are known.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// Everybody who reaches the loopback address is the local user of this organisation.
    None(OrgCode),
    /// Holders of tokens, by the SHA-256 of the token.
    Tokens(HashMap<String, Actor>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenFile {
    token: Vec<TokenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    sha256: String,
    actor: String,
    organisation: OrgCode,
    roles: Vec<ActorRole>,
}

impl SignIn {
    /// Reads a file of tokens: TOML with `[[token]]` entries of `sha256`, `actor`, `organisation`, `roles`.
    ///
    /// # Errors
    /// Bad request when the file cannot be read or an entry is wrong; the message names the place.
    pub fn tokens(path: &Path) -> Result<Self> {
        let place = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::bad_request(format!("cannot read the token file `{place}`: {error}")))?;
        let file: TokenFile = toml::from_str(&text)
            .map_err(|error| Error::bad_request(format!("the token file `{place}` is wrong: {error}")))?;
        let mut actors = HashMap::new();
        for entry in file.token {
            let hash = entry.sha256.to_ascii_lowercase();
            if hash.len() != 64 || hex::decode(&hash).is_err() {
                let actor = entry.actor;
                return Err(Error::bad_request(format!(
                    "the token file `{place}`: sha256 of `{actor}` is no SHA-256"
                )));
            }
            actors.insert(
                hash,
                Actor { id: entry.actor, organisation: entry.organisation, roles: entry.roles },
            );
        }
        Ok(Self::Tokens(actors))
    }

    /// Refuses to listen where strangers could call while nobody has to sign in.
    ///
    /// # Errors
    /// Bad request when there is no sign-in and the address is not loopback.
    pub fn check_address(&self, address: SocketAddr) -> Result<()> {
        if matches!(self, Self::None(_)) && !address.ip().is_loopback() {
            return Err(Error::bad_request(format!(
                "refusing to listen on {address}: without a sign-in only a loopback address such as 127.0.0.1 is \
                 served; set sign_in.kind = \"tokens\" and sign_in.tokens_file first"
            )));
        }
        Ok(())
    }

    /// The actor of a call.
    ///
    /// # Errors
    /// Unauthenticated when no known token came with it.
    pub fn actor(&self, headers: &HeaderMap) -> Result<Actor> {
        let caller = match self {
            Self::None(organisation) => Actor::local(organisation.clone()),
            Self::Tokens(actors) => {
                let unknown =
                    || Error::new(ErrorCode::Unauthenticated, "nobody is signed in: a token is needed");
                let token = token_of(headers).ok_or_else(unknown)?;
                let hash = hex::encode(Sha256::digest(token.as_bytes()));
                actors.get(&hash).cloned().ok_or_else(unknown)?
            }
        };
        let may_lend = matches!(self, Self::None(_)) || caller.roles.contains(&ActorRole::Service);
        match headers.get(ACTOR_HEADER).and_then(|value| value.to_str().ok()) {
            Some(text) if may_lend => read_actor(text),
            _ => Ok(caller),
        }
    }
}

fn token_of(headers: &HeaderMap) -> Option<&str> {
    let bearer =
        headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    bearer.map(str::trim).or_else(|| {
        let cookies = headers.get_all(http::header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        cookies.flat_map(|line| line.split(';')).find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == COOKIE).then_some(value)
        })
    })
}

/// Puts the actor of a request's extensions into its header, for a call that leaves the process.
pub(crate) fn put_actor<B>(request: &mut http::Request<B>) {
    let Some(actor) = request.extensions().get::<Actor>() else { return };
    let roles: Vec<String> = actor
        .roles
        .iter()
        .filter_map(|role| Some(serde_json::to_value(role).ok()?.as_str()?.to_owned()))
        .collect();
    let text = format!("{};{};{}", actor.organisation, roles.join(","), actor.id);
    if let Ok(value) = HeaderValue::from_str(&text) {
        request.headers_mut().insert(HeaderName::from_static(ACTOR_HEADER), value);
    }
}

fn read_actor(text: &str) -> Result<Actor> {
    let wrong = || Error::bad_request("the header muster-actor is wrong");
    let mut parts = text.splitn(3, ';');
    let organisation = OrgCode::new(parts.next().unwrap_or_default())?;
    let roles = parts
        .next()
        .ok_or_else(wrong)?
        .split(',')
        .filter(|role| !role.is_empty())
        .map(|role| serde_json::from_value(role.into()).map_err(|_| wrong()))
        .collect::<Result<Vec<ActorRole>>>()?;
    let id = parts.next().filter(|id| !id.is_empty()).ok_or_else(wrong)?.to_owned();
    Ok(Actor { id, organisation, roles })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_str(v).unwrap())).collect()
    }

    #[test]
    fn only_known_tokens_come_in_and_only_services_lend_their_voice() {
        let hash = |token: &str| hex::encode(Sha256::digest(token.as_bytes()));
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for (token, actor, role) in [("s3cret", "svc-web", "service"), ("plan", "planner-1", "planner")] {
            writeln!(
                file,
                "[[token]]\nsha256 = \"{}\"\nactor = \"{actor}\"\norganisation = \"QKK\"\nroles = [\"{role}\"]",
                hash(token)
            )
            .unwrap();
        }
        let sign_in = SignIn::tokens(file.path()).unwrap();
        let code = |pairs: &[_]| sign_in.actor(&headers(pairs)).map(|a| a.id).map_err(|e| e.code());
        assert_eq!(code(&[]), Err(ErrorCode::Unauthenticated));
        assert_eq!(code(&[("authorization", "Bearer wrong")]), Err(ErrorCode::Unauthenticated));
        assert_eq!(code(&[("authorization", "Bearer plan")]), Ok("planner-1".into()));
        assert_eq!(code(&[("cookie", "a=b; muster-token=plan")]), Ok("planner-1".into()));
        let lent = ("muster-actor", "QKK;administrator;root");
        assert_eq!(code(&[("authorization", "Bearer plan"), lent]), Ok("planner-1".into()));
        assert_eq!(code(&[("authorization", "Bearer s3cret"), lent]), Ok("root".into()));
        assert!(sign_in.check_address(([0, 0, 0, 0], 80).into()).is_ok());
    }

    #[test]
    fn without_sign_in_only_loopback_is_served() {
        let open = SignIn::None(OrgCode::new("QKK").unwrap());
        assert!(open.check_address(([127, 0, 0, 1], 8080).into()).is_ok());
        assert!(open.check_address(([0, 0, 0, 0], 8080).into()).is_err());
        assert!(open.check_address(([10, 0, 0, 1], 8080).into()).is_err());
    }

    #[test]
    fn an_actor_survives_the_header() {
        let actor = Actor {
            id: "a;b".into(),
            organisation: OrgCode::new("RJ1").unwrap(),
            roles: vec![ActorRole::Planner, ActorRole::Reader],
        };
        let mut request = http::Request::new(());
        request.extensions_mut().insert(actor.clone());
        put_actor(&mut request);
        let open = SignIn::None(OrgCode::new("QKK").unwrap());
        assert_eq!(open.actor(request.headers()).unwrap(), actor);
    }
}
