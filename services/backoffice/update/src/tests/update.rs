//! What the board reads.

use super::{page, sample::edition, words_of_page, words_of_pdf};
use crate::{Edition, Format, write};

/// What a reader of the internal version must find, on the page and in the PDF.
const SAID: &[&str] = &[
    "Board update no. 7",
    "internal version: not for publication",
    "21 November 2017 at 00:00 (GMT)",
    "programme director (amelia.lock)",
    "for the board of November",
    // at a glance
    "Attested savings above own programmes £896,250",
    "£713,000.50 recurrent, £183,249.50 once",
    "£116,000 of £120,000 to date: green. Full year £195,000 of £235,000: amber",
    "Gap of GPs, do-nothing, South East London 134.0",
    "10th to 90th percentile 98.5 to 171.3",
    // looking forward
    "Carried into next year by recurrent schemes £210,000",
    "Saved once, and a gap again next year £25,000",
    "Gap that opens the next year £694,000,000",
    // key issues
    "Red for the full year: 1 of 3 schemes.",
    "Green to date and red for the full year: One payroll for four trusts.",
    "£12,345.67 are claimed and not attested",
    // savings, delivery
    "RJZ £700,250",
    "Back office £90,000 £0 £180,000 £67,500",
    "Estates £0 £25,000 £25,000 £18,750",
    "One payroll for four trusts £40,000 £39,000 green (97.5%) £90,000 £50,000 red (55.6%)",
    "Estates £20,000 £16,000 amber (80.0%) £25,000 £22,000 amber (88.0%)",
    // affordability and reconciliation
    "irreconcilable: shown as printed, not forced",
    "adds up as far as rounding allows",
    "Status quo gap after business as usual: printed less computed is -£18,000,000",
    "Neither 934 less 189 nor 854 less 189",
    "are the sum of the organisations', to the penny.",
    "netted with nothing",
    // other contexts
    "2017-10 10,000.5 £250,000.50 5,000.0 £190,000.00",
    "Shifts within the framework 87.3%",
    "Spend under a purchase order 91.2%",
    "Payroll, by payslips 2016 3 £3.81 £4.28 £5.10 310.5 81.0",
    "by borough, 2 years ahead, were off by 8.1% of what came, the last value by 9.0%; their 80% intervals held 79.0% of it (2021).",
    // changes
    "Figures that are other than in edition 6: 1 with another value, 1 new, 1 gone.",
    "Attested savings above own programmes £810,000 £896,250 attested by amelia.lock; line 2 of import import-7; no longer: line 9 of import import-3",
    // sources
    "2017/18-2020/21 version after deterioration papers of the South East London programme, 2016 to 2018",
];

#[test]
fn the_page_and_the_pdf_say_the_same_and_all_of_it() {
    let edition = edition();
    let (page, pdf) = (words_of_page(&edition), words_of_pdf(&edition));
    for said in SAID {
        assert!(page.contains(said), "the page lacks `{said}`:\n{page}");
        assert!(pdf.contains(said), "the PDF lacks `{said}`:\n{pdf}");
    }
    for text in [&page, &pdf] {
        assert!(text.contains(&edition.head.sha256), "no hash");
    }
    // the PDF says what stands between header and footer of the page, word by word, but for lists of sections and bullets
    let (page, pdf) = (tail(&page), tail(&pdf));
    let page = page.split_once(" Board update no. 7, internal").unwrap().0;
    assert_eq!(page, pdf);
}

/// From the first section on, without bullets.
fn tail(text: &str) -> String {
    let at = text.rfind("At a glance").unwrap();
    text[at..].replace(" • ", " ")
}

#[test]
fn the_page_is_whole_in_itself_and_read_by_readers() {
    let page = page(&edition());
    for wrong in ["<script", "src=", "http:", "https:", "@import", "url(", "style=\""] {
        assert!(!page.contains(wrong), "the page has `{wrong}`");
    }
    let count = |what: &str| page.matches(what).count();
    assert_eq!(
        (count("<main"), count("<header"), count("<footer"), count("<nav"), count("<h1")),
        (1, 1, 1, 1, 1)
    );
    assert!(page.contains("<html lang=\"en-GB\">"));
    assert_eq!(count("<table>"), count("<caption>"));
    assert_eq!(count("<tr>"), count("scope=\"row\"") + count("<table>"), "a row without heading");
    assert!(count("scope=\"col\"") > count("<table>"));
    for section in page.split("<section aria-labelledby=\"").skip(1) {
        let id = section.split('"').next().unwrap();
        assert!(
            page.contains(&format!("<h2 id=\"{id}\">")) && page.contains(&format!("href=\"#{id}\"")),
            "{id}"
        );
    }
    assert!(page.contains("data-figure=\"savings/attested/RJZ\">£700,250<"));
}

#[test]
fn the_pdf_is_tagged_and_dated_when_it_was_frozen() {
    let edition = edition();
    let pdf = write(edition.clone(), Format::Pdf).unwrap().content;
    let text = String::from_utf8_lossy(&pdf);
    for said in [
        "/StructTreeRoot",
        "/MarkInfo",
        "/Lang",
        "<pdfuaid:part>1</pdfuaid:part>",
        "<xmp:CreateDate>2017-11-21T00:00:00",
        edition.head.sha256.as_str(),
    ] {
        assert!(text.contains(said), "no {said}");
    }
    let pages = text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count();
    assert!(text.starts_with("%PDF-1.7") && pages <= 5, "{pages} pages");
}

#[test]
fn the_same_edition_is_the_same_bytes() {
    for format in Format::ALL {
        for public in [false, true] {
            let of = Edition { public, ..edition() };
            let mut turned = of.clone();
            turned.figures.reverse();
            let (one, other) = (write(of, format).unwrap(), write(turned, format).unwrap());
            assert!(one == other, "{format:?}");
            let variant = if public { "-public" } else { "" };
            assert_eq!(one.file_name, format!("board-update-7{variant}.{}", format.ending()));
        }
    }
}

#[test]
fn an_edition_without_figures_says_so_in_each_section() {
    let mut empty = Edition::default();
    empty.head.number = 1;
    let (page, pdf) = (words_of_page(&empty), words_of_pdf(&empty));
    for text in [&page, &pdf] {
        for said in [
            "This edition has no figures of savings.",
            "This edition has no figures of schemes.",
            "This edition has no figures of an affordability bridge.",
            "This edition has no figures of the workforce.",
            "This edition has no figures of procurement.",
            "This edition has no figures of benchmarks.",
            "No issue follows from the figures of this edition.",
            "No earlier edition is compared with this one.",
            "There is nothing to reconcile in this edition.",
            "none: this is the first",
        ] {
            assert!(text.contains(said), "no `{said}` in {text}");
        }
    }
    for format in Format::ALL {
        assert!(!write(empty.clone(), format).unwrap().content.is_empty());
    }
    assert_eq!("csv".parse::<Format>().unwrap_err().to_string(), "no format `csv`: html, pdf, xlsx or json");
}
