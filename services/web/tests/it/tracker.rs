//! A savings tracker: looked at, mended, imported, refused.

use http::StatusCode;

use crate::{fixture::State, pages::Site};

const PATH: &str = "/back-office/tracker";

/// What a hidden field carries.
fn carried(html: &str) -> String {
    let start = html.split_once("name=\"content\" value=\"").unwrap().1;
    start.split_once('"').unwrap().0.replace("&#43;", "+")
}

#[tokio::test]
async fn a_tracker_is_looked_at_and_imported_without_choosing_it_again() {
    let site = Site::new(State::Full).await;
    assert!(site.get(PATH).await.text.contains("No tracker has been imported yet."));
    let away = Site::new(State::Away).await.get(PATH).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    let without = site.send_form(PATH, &[("file", ""), ("act", "preview")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.text.contains("Choose the file of the tracker"));
    let unseen = site.send_form(PATH, &[("file", "Scheme,Saving"), ("act", "import")]).await;
    assert!(
        unseen.status == StatusCode::UNPROCESSABLE_ENTITY && unseen.text.contains("Look at the file first")
    );

    let seen = site.send_form(PATH, &[("file", "Scheme,Saving\nS-001,1000\n"), ("act", "preview")]).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.text.contains("Look at 1 column whose meaning is not certain"), "{}", seen.text);
    assert!(seen.text.contains("no, off by") && seen.text.contains("&#34;header_line&#34;"), "{}", seen.text);
    let content = carried(&seen.text);
    let mapping = "{\"version\": 1}";
    let fields =
        [("file", ""), ("file_name", "cip.csv"), ("content", content.as_str()), ("mapping", mapping)];
    let done = site.send_form(PATH, &[&fields[..], &[("act", "import")]].concat()).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text.contains("cip.csv was imported") && done.text.contains("/back-office/schemes"));
    // a mapping that cannot be read comes back as it was typed, with what is wrong
    let broken = [&fields[..3], &[("mapping", "{broken"), ("act", "preview")]].concat();
    let broken = site.send_form(PATH, &broken).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.text.contains("the mapping is no JSON") && broken.text.contains("{broken"));
}

#[tokio::test]
async fn a_refused_tracker_says_why_and_stays_to_be_mended() {
    let site = Site::new(State::Full).await;
    let fields =
        [("file", "Scheme,Saving\nS-001,wrong\n"), ("mapping", "{\"version\": 1}"), ("act", "import")];
    let refused = site.send_form(PATH, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["cip.csv was refused", "is no date", "Look again", "name=\"content\""] {
        assert!(refused.text.contains(said), "{said}: {}", refused.text);
    }
    let away = Site::new(State::Away).await.send_form(PATH, &fields).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
}
