//! Any figures at all.

use proptest::prelude::*;

use super::{sample::figure, words_of_page, words_of_pdf};
use crate::{Edition, Figure, Format, value::pounds, write};

fn any_figure() -> impl Strategy<Value = Figure> {
    let group = prop::sample::select(vec![
        "savings",
        "savings/attested",
        "savings/claim",
        "scheme",
        "bridge/x",
        "bridge/x/derivation",
        "bridge/x/roll",
        "staffing/gap",
        "plan",
        "agency",
        "temporary-staffing",
        "catalogue",
        "benchmark/a/2016/f/d",
        "new",
    ]);
    let unit = prop::sample::select(vec!["pence", "centipence", "minutes", "milli", "ppm", "other"]);
    let ends =
        prop::sample::select(vec!["", "/pye", "/plan-year", "/forecast-year", "/new-gap", "/agency-pence"]);
    let numbers = (any::<i64>(), any::<Option<i64>>(), any::<Option<i64>>());
    (group, "[a-z0-9é漢 /]{0,12}", ends, unit, numbers, "\\PC{0,40}", any::<bool>()).prop_map(
        |(group, name, end, unit, (value, low, high), text, public)| Figure {
            unit: unit.into(),
            low,
            high,
            window: text.clone(),
            public,
            ..figure(&format!("{group}/{name}{end}"), &text, value)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_figures_are_written_and_the_headline_is_there(
        mut figures in prop::collection::vec(any_figure(), 0..25),
        (attested, recurrent) in (any::<i64>(), any::<i64>()),
        public in any::<bool>(),
    ) {
        figures.retain(|it| it.key != "savings/attested" && it.key != "savings/recurrent");
        figures.push(figure("savings/attested", "attested savings", attested));
        figures.push(figure("savings/recurrent", "the recurrent part", recurrent));
        let edition = Edition { figures, public, ..Edition::default() };
        for format in Format::ALL {
            prop_assert!(write(edition.clone(), format).is_ok(), "{format:?}");
        }
        let (page, pdf) = (words_of_page(&edition), words_of_pdf(&edition));
        let once = i128::from(attested) - i128::from(recurrent);
        let organisations = edition.figures.iter().filter(|it| it.key.starts_with("savings/attested/"));
        let seen = organisations.filter(|it| it.public || !public).map(crate::value::shown);
        let amounts = [attested.into(), recurrent.into(), once].map(pounds);
        for amount in amounts.into_iter().chain(seen) {
            prop_assert!(page.contains(&amount), "{amount} is not on the page");
            prop_assert!(pdf.contains(&amount), "{amount} is not in the PDF");
        }
    }
}
