//! Pages of the shipped sample say that what they show is made up: once, and not where it is not.

use crate::{fixture::State, pages::Site};

#[tokio::test]
async fn made_up_figures_are_marked_once_and_published_ones_and_errors_are_not() {
    let site = Site::new(State::Full).await;
    for (path, times) in [
        ("/", 1),
        ("/areas", 1),
        ("/staffing/plan", 1),
        ("/data-quality", 1),
        ("/agency", 1),
        ("/agency/cover", 1),
        ("/catalogue", 1),
        ("/catalogue/variance", 1),
        ("/back-office", 1),
        ("/editions", 1),
        ("/trace?figure=savings%2Fattested", 1),
        ("/agency/rates", 0),
        ("/back-office/bridge", 0),
        ("/catalogue/nowhere", 0),
        ("/parameters", 0),
    ] {
        let text = site.get(path).await.text;
        assert_eq!(text.matches("Sample data.").count(), times, "{path}: {text}");
    }
    let none = Site::new(State::Empty).await;
    for path in ["/areas", "/catalogue", "/staffing/scenarios", "/editions"] {
        assert!(!none.get(path).await.text.contains("Sample data."), "{path}");
    }
}
