//! Break glass: what no course of requests and decisions may come to, and the way through the calls.

use jiff::civil::date;
use muster_agency::domain::{
    Booking, Judged, Minutes, Shift, SignOff, Supply, Verdict,
    break_glass::{Fault, Override, Request, State, demanded},
};
use muster_kit::actor::ActorRole;
use muster_proto::agency::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use proptest::prelude::*;

use crate::node::Node;

const MINUTE: i64 = 60_000_000;
/// Start and end of the shift, minutes.
const TIME: (i64, i64) = (10_000, 10_600);
const ROLES: [Option<SignOff>; 5] = [
    None,
    Some(SignOff::Override),
    Some(SignOff::Exemption),
    Some(SignOff::ExecutiveDirector),
    Some(SignOff::ChiefExecutive),
];

fn shift() -> Shift {
    Shift {
        reference: "S1".into(),
        organisation: "RJZ".into(),
        site: "RJZ01".into(),
        staff_group: "nursing".into(),
        grade: "band-5".into(),
        on: date(1970, 1, 7),
        time: TIME,
        break_minutes: 0,
        supply: Supply::Agency,
        framework: Some(false),
        pay: None,
        charge: Some(5_000),
        booking: Booking { agency: "A".into(), reason: "vacancy".into(), ..Booking::default() },
        line: 0,
    }
}

fn judged(verdicts: &[Verdict]) -> Judged {
    Judged {
        minutes: Minutes::default(),
        cap: None,
        over_cap: None,
        over_wage_cap: None,
        verdicts: verdicts.to_vec(),
        framework: Some(false),
        remarks: Vec::new(),
    }
}

fn sign_off(verdict: Verdict) -> Option<SignOff> {
    match verdict {
        Verdict::OverCap | Verdict::OffFramework => Some(SignOff::Override),
        Verdict::AdminEstates => Some(SignOff::Exemption),
        Verdict::Over50 => Some(SignOff::ExecutiveDirector),
        Verdict::OverThreshold | Verdict::Band23 => Some(SignOff::ChiefExecutive),
        Verdict::Within | Verdict::Both => None,
    }
}

fn asked(verdicts: &[Verdict], expires: i64, at: i64) -> Result<Override, Fault> {
    Override::request(Request { shift: shift(), expires }, &judged(verdicts), sign_off, ("asker", at))
}

#[test]
fn what_cannot_be_asked_for() {
    let over = [Verdict::OverCap];
    assert_eq!(asked(&[Verdict::Within], TIME.1, 0), Err(Fault::NotNeeded));
    assert_eq!(asked(&over, TIME.1, TIME.0 * MINUTE), Err(Fault::Begun));
    assert_eq!(asked(&over, TIME.0, 0), Err(Fault::Expiry));
    let mut bare = shift();
    bare.booking.reason = "because".into();
    let request = Request { shift: bare, expires: TIME.1 };
    let fault = Override::request(request, &judged(&over), sign_off, ("asker", 0)).unwrap_err();
    assert!(matches!(fault, Fault::Field("reason", _)) && fault.to_string().contains("enhanced observation"));
    let highest = demanded(&[Verdict::OverCap, Verdict::OverThreshold, Verdict::OffFramework], sign_off);
    assert_eq!(highest, Some(SignOff::ChiefExecutive));
}

proptest! {
    /// Whatever is tried when and by whom: it is decided once at most, in time, by another account of a sufficient role, and
    /// what was refused stays refused; what was approved holds until it expires and no longer.
    #[test]
    fn no_course_goes_round_the_rules(
        over in 0_usize..4, lasts in 1_i64..1_000,
        tries in prop::collection::vec((any::<bool>(), 0_usize..3, 0_usize..5, 0_i64..700), 0..12),
    ) {
        let verdicts = [[Verdict::OverCap], [Verdict::AdminEstates], [Verdict::Over50], [Verdict::Band23]][over];
        let begun = (TIME.0 - 500) * MINUTE;
        let mut it = asked(&verdicts, TIME.0 + lasts, begun).unwrap();
        let mut tries = tries;
        tries.sort_by_key(|it| it.3);
        let mut settled: Option<State> = None;
        for (approve, who, role, after) in tries {
            let (by, at, role) = (["asker", "b", "c"][who], begun + after * MINUTE, ROLES[role]);
            let before = it.state(at);
            match it.decide(approve, by, role, at) {
                Ok(next) => {
                    prop_assert!(settled.is_none() && before == State::Requested && at < TIME.0 * MINUTE);
                    prop_assert!(by != "asker" && role >= Some(it.demanded));
                    settled = Some(if approve { State::Approved } else { State::Refused });
                    it = next;
                }
                Err(Fault::Own) => prop_assert_eq!(by, "asker"),
                Err(Fault::Role(needed)) => prop_assert!(needed == it.demanded && role < Some(needed)),
                Err(Fault::Settled(state)) => prop_assert!(state == before && state != State::Requested),
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
        let end = it.request.expires * MINUTE;
        let (last, gone) = (it.state(end - 1), it.state(end));
        match settled {
            Some(State::Approved) => prop_assert_eq!((last, gone), (State::Approved, State::Expired)),
            Some(_) => prop_assert_eq!((last, gone), (State::Refused, State::Refused)),
            None => prop_assert_eq!(gone, State::Expired),
        }
        prop_assert_eq!(it.covers(&shift()), settled == Some(State::Approved));
        // another shift, or the same one dearer, is not covered
        let dearer = Shift { charge: Some(5_001), ..shift() };
        let other = Shift { reference: "S2".into(), ..shift() };
        let late = Shift { time: (it.request.expires, it.request.expires + 60), ..shift() };
        prop_assert!(!it.covers(&dearer) && !it.covers(&other) && !it.covers(&late));
        let cheaper = Shift { charge: Some(4_000), ..shift() };
        prop_assert_eq!(it.covers(&cheaper), settled == Some(State::Approved));
    }
}

on_both_databases!(muster_agency::Migrator; leave_is_given_by_whom_the_verdict_demands_and_shows_in_the_return);

async fn request(node: &Node, shift: &str) -> Result<pb::Override, tonic::Status> {
    let request = pb::OverrideRequest {
        organisation: "RJZ".into(),
        shift_ref: shift.into(),
        site: "RJZ01".into(),
        staff_group: "nursing".into(),
        grade: "band-5".into(),
        start: "2090-03-01T08:00".into(),
        end: "2090-03-01T18:00".into(),
        framework: Some(false),
        agency: "A LTD".into(),
        reason: "sickness".into(),
        price_pence: 12_000,
        ..Default::default()
    };
    let request = node.ask(pb::RequestOverrideRequest { request: Some(request) });
    Ok(node.client().request_override(request).await?.into_inner().r#override.unwrap())
}

async fn decide(node: &Node, id: &str, approve: bool) -> Result<pb::Override, tonic::Status> {
    let request = node.ask(pb::DecideOverrideRequest { override_id: id.into(), approve });
    Ok(node.client().decide_override(request).await?.into_inner().r#override.unwrap())
}

async fn leave_is_given_by_whom_the_verdict_demands_and_shows_in_the_return(db: TestDb) {
    let node = Node::new(&db);
    let signatories = "actor,organisation,role,valid_from,source\n\
                       local,RJZ,chief-executive,2016-01-01,board\nchief,RJZ,chief-executive,2016-01-01,board\n\
                       director,RJZ,executive-director,2016-01-01,board\nother,RJ2,chief-executive,2016-01-01,board\n\
                       former,RJZ,chief-executive,2016-01-01,board\n";
    let former = "actor,organisation,role,valid_from,valid_to,source\n\
                  former,RJZ,chief-executive,2016-01-01,2017-01-01,board\n";
    assert!(!node.import("signatories", signatories).await.refused);
    assert!(!node.import("signatories", former).await.refused);
    let it = request(&node, "S1").await.unwrap();
    assert_eq!((it.demanded.as_str(), it.state()), ("chief-executive", pb::OverrideState::Requested));
    for (who, why) in
        [("local", "own"), ("director", "role"), ("other", "role"), ("former", "role"), ("x", "role")]
    {
        let account = node.account(who, "QKK", ActorRole::Administrator);
        let refused = decide(&account, &it.override_id, true).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::PermissionDenied, "{who}: {why}");
    }
    let stranger = node.account("chief", "QWE", ActorRole::Administrator);
    assert_eq!(decide(&stranger, &it.override_id, true).await.unwrap_err().code(), tonic::Code::NotFound);
    let chief = node.account("chief", "QKK", ActorRole::Administrator);
    let given = decide(&chief, &it.override_id, true).await.unwrap();
    assert_eq!(
        (given.state(), given.decided_by.as_str(), given.version),
        (pb::OverrideState::Approved, "chief", 2)
    );
    assert!(decide(&chief, &it.override_id, false).await.is_err(), "it stays as it is");
    let second = request(&node, "S2").await.unwrap();
    decide(&chief, &second.override_id, false).await.unwrap();
    request(&node, "S3").await.unwrap();
    the_return_shows_it(&node).await;
}

/// What the weekly return makes of it.
async fn the_return_shows_it(node: &Node) {
    // the shifts as they were worked: one as agreed, one without leave, one dearer than agreed
    let row = |shift: &str, pounds: &str| {
        format!(
            "{shift},RJZ,RJZ01,nursing,band-5,2090-03-01T08:00,2090-03-01T18:00,0,agency,N,{pounds},sickness,A LTD"
        )
    };
    let worked = [row("S1", "120.00"), row("S2", "120.00"), row("S4", "120.00")];
    node.shifts(&worked.each_ref().map(String::as_str)).await;
    let found = node.weekly("2090-W09", 0, false).await.unwrap();
    let figures = found.figures.unwrap();
    let total = figures.total.unwrap();
    assert_eq!((total.sign_offs, total.without_sign_off), (1, 2));
    let states: Vec<&str> = figures.break_glass.iter().map(|it| it.state.as_str()).collect();
    assert_eq!(states, ["approved", "refused", "requested"]);
    let list = node.client().list_overrides(node.ask(pb::ListOverridesRequest::default())).await.unwrap();
    assert_eq!(list.into_inner().overrides.len(), 3);
    let told: Vec<String> = node.events().await.into_iter().filter(|it| it.starts_with("override")).collect();
    let words: Vec<&str> = told.iter().map(|it| it.split(' ').next().unwrap()).collect();
    let wanted =
        ["requested", "approved", "requested", "refused", "requested"].map(|it| format!("override.{it}"));
    assert_eq!(words, wanted);
}
