//! Names of suppliers as ledgers have them, taken apart: words, legal form, trading name, and codes behind the name.

/// A name in its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LegalName {
    /// Words of the name, without legal form, in capitals.
    pub core: String,
    /// Legal form: LTD, PLC, LLP, CIC, NHS FT, NHS TRUST; empty when it is not told.
    pub form: &'static str,
    /// Name that it trades under.
    pub trading: Option<String>,
    /// The ledger's own code behind the name.
    pub code: Option<String>,
}

/// Ways to write a legal form, longest first.
const FORMS: &[(&[&str], &str)] = &[
    (&["COMMUNITY", "INTEREST", "COMPANY"], "CIC"),
    (&["PUBLIC", "LIMITED", "COMPANY"], "PLC"),
    (&["LIMITED", "LIABILITY", "PARTNERSHIP"], "LLP"),
    (&["NHS", "FOUNDATION", "TRUST"], "NHS FT"),
    (&["NHS", "FDN", "TRUST"], "NHS FT"),
    (&["NHS", "FT"], "NHS FT"),
    (&["NHS", "TRUST"], "NHS TRUST"),
    (&["CO", "LTD"], "LTD"),
    (&["COMPANY", "LIMITED"], "LTD"),
    (&["LIMITED"], "LTD"),
    (&["LTD"], "LTD"),
    (&["PLC"], "PLC"),
    (&["LLP"], "LLP"),
    (&["CIC"], "CIC"),
];

/// Words of a text in capitals: `&` is AND, apostrophes and points vanish, other marks part words.
fn words(text: &str) -> Vec<String> {
    let mut plain = String::new();
    for c in text.to_uppercase().chars() {
        match c {
            '&' => plain.push_str(" AND "),
            '\'' | '`' | '\u{2019}' | '.' => {}
            c if c.is_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

impl LegalName {
    /// Takes a name as a ledger has it apart.
    pub fn read(text: &str) -> Self {
        let (text, code) = match text.rsplit_once(':') {
            Some((name, code))
                if code.trim().len() >= 6 && code.trim().bytes().all(|b| b.is_ascii_digit()) =>
            {
                (name, Some(code.trim().to_owned()))
            }
            _ => reference(text),
        };
        let mut words: Vec<String> = words(text);
        if words.len() > 1 && words[0] == "THE" {
            words.remove(0);
        }
        if words.len() > 1 && words.last().is_some_and(|word| word == "THE") {
            words.pop();
        }
        let mark = (1..words.len()).find_map(|at| {
            let is = |offset: usize, word: &str| words.get(at + offset).is_some_and(|found| found == word);
            let long = is(0, "TRADING") && is(1, "AS") || is(0, "T") && is(1, "A");
            let length = if long { 2 } else { usize::from(is(0, "TA")) };
            (length > 0 && at + length < words.len()).then_some((at, length))
        });
        let trading = mark.map(|(at, length)| words.split_off(at)[length..].join(" "));
        let form = FORMS.iter().find(|(form, _)| words.len() > form.len() && words.ends_with(&owned(form)));
        if let Some((written, _)) = form {
            words.truncate(words.len() - written.len());
        }
        Self { core: words.join(" "), form: form.map_or("", |(_, form)| form), trading, code }
    }

    /// Name and form: what is one legal entity.
    pub fn key(&self) -> String {
        if self.form.is_empty() { self.core.clone() } else { format!("{} {}", self.core, self.form) }
    }
}

/// Parts a name from a bank's or a ledger's reference behind it: from the first word with five figures or more on,
/// `247 TIME LTD 1-9400-92406`.
fn reference(text: &str) -> (&str, Option<String>) {
    let mut from = 0;
    for word in text.split_whitespace() {
        let at = text[from..].find(word).map_or(from, |at| from + at);
        if at > 0 && from > 0 && word.bytes().filter(u8::is_ascii_digit).count() >= 5 {
            let code: Vec<&str> = text[at..].split_whitespace().collect();
            return (&text[..at], Some(code.join(" ")));
        }
        from = at + word.len();
    }
    (text, None)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let name = |text: &str| {
            let LegalName { core, form, trading, code } = LegalName::read(text);
            (core, form, trading.unwrap_or_default(), code.unwrap_or_default())
        };
        let parts = |core: &str, form, trading: &str, code: &str| {
            (core.to_owned(), form, trading.to_owned(), code.to_owned())
        };
        for (text, wanted) in [
            ("CERNER LTD", parts("CERNER", "LTD", "", "")),
            ("Cerner Limited.", parts("CERNER", "LTD", "", "")),
            ("KINGS COLLEGE LONDON:03529700", parts("KINGS COLLEGE LONDON", "", "", "03529700")),
            ("GUYS&ST THOMAS NHS FOUNDATION TRUST", parts("GUYS AND ST THOMAS", "NHS FT", "", "")),
            ("KING`S COLLEGE HOSPITAL NHS FT", parts("KINGS COLLEGE HOSPITAL", "NHS FT", "", "")),
            (
                "NES HOLDINGS (UK) LIMITED T/A NES HEALTHCARE UK",
                parts("NES HOLDINGS UK", "LTD", "NES HEALTHCARE UK", ""),
            ),
            ("WORKING HOUSE LTD (T/A PODTIME)", parts("WORKING HOUSE", "LTD", "PODTIME", "")),
            (
                "AQUILANT LTD - TRADING AS AQUILANT SURGICAL",
                parts("AQUILANT", "LTD", "AQUILANT SURGICAL", ""),
            ),
            ("247 TIME LTD     1-9400-92406", parts("247 TIME", "LTD", "", "1-9400-92406")),
            ("MEDIREST EBANKGO90124071", parts("MEDIREST", "", "", "EBANKGO90124071")),
            ("ROYAL MARSDEN NHS FOUNDATION TRUST THE", parts("ROYAL MARSDEN", "NHS FT", "", "")),
            ("THE LIMITED", parts("LIMITED", "", "", "")),
            ("18 WEEK SUPPORT LLP", parts("18 WEEK SUPPORT", "LLP", "", "")),
        ] {
            assert_eq!(name(text), wanted, "{text}");
        }
    }
}
