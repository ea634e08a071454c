//! The sample as files in the formats of any import.

use super::{
    draw::{SamplePractice, federation_code, lcn_code, practices},
    figures::{BOROUGHS, PROVIDERS},
};

/// A file to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    /// Kind of import.
    pub kind: &'static str,
    /// Name, as it stands in the provenance.
    pub name: String,
    /// Financial year ending, for payments files.
    pub year: Option<i32>,
    /// CSV.
    pub text: String,
}

/// The files of a seed, in the order in which to import them.
pub fn files(seed: u64) -> Vec<SampleFile> {
    let practices = practices(seed);
    let payments = |year: i32| SampleFile {
        kind: "gp-payments",
        name: format!("sample-gp-payments-{}-{:02}.csv", year - 1, year % 100),
        year: Some(year),
        text: payments(&practices, year),
    };
    let groupings = SampleFile {
        kind: "groupings",
        name: "sample-groupings.csv".to_owned(),
        year: None,
        text: groupings(&practices),
    };
    let providers =
        SampleFile { kind: "etr", name: "sample-providers.csv".to_owned(), year: None, text: providers() };
    vec![payments(2015), payments(2016), groupings, providers]
}

/// The columns of the payments file that are read; the sample has no payments.
fn payments(practices: &[SamplePractice], year: i32) -> String {
    let mut text = String::from(
        "CCG Code,CCG NAME,Practice Code,Practice Name,Practice Postcode,Practice Open Date,Practice Close Date,\
         Quarter used for patient data,Number of Registered Patients (Last Known Figure),\
         Number of Weighted Patients (Last Known Figure)\n",
    );
    for practice in practices {
        let Some(figures) = BOROUGHS.iter().find(|figures| figures.borough == practice.borough) else {
            continue;
        };
        for (_, registered) in practice.lists.iter().filter(|(of, _)| *of == year) {
            let weighted = registered * figures.weighted_2016 / figures.payments_lists.1;
            text += &format!(
                "{},NHS {} CCG,{},{},,-,-,Q2,{},{}\n",
                practice.commissioner,
                practice.borough.to_uppercase(),
                practice.code,
                practice.name,
                registered,
                weighted
            );
        }
    }
    text
}

/// Every practice in its local care network and its federation, from the first day of the first payments file.
fn groupings(practices: &[SamplePractice]) -> String {
    let mut text =
        String::from("grouping_kind,grouping_code,grouping_name,practice,valid_from,valid_to,placeholder\n");
    for practice in practices {
        let Some(figures) = BOROUGHS.iter().find(|figures| figures.borough == practice.borough) else {
            continue;
        };
        let lcns = (0..figures.lcns).map(|number| {
            (lcn_code(figures.borough, number), format!("{} LCN {} (sample)", figures.borough, number + 1))
        });
        for (code, name) in lcns.filter(|(code, _)| *code == practice.lcn) {
            text += &format!("lcn,{code},{name},{},2014-04-01,,Y\n", practice.code);
        }
        for (number, (name, placeholder)) in figures.federations.iter().enumerate() {
            let code = federation_code(figures.borough, number);
            if code == practice.federation {
                let placeholder = if *placeholder { "Y" } else { "N" };
                text +=
                    &format!("federation,{code},\"{name}\",{},2014-04-01,,{placeholder}\n", practice.code);
            }
        }
    }
    text
}

/// The seven providers in the 27 columns of the ODS list of trusts, which has no header row. Only code, name, status and
/// the day from which the sample speaks are given; addresses are not.
fn providers() -> String {
    let mut text = String::new();
    for (code, name) in PROVIDERS {
        let mut cells = vec![String::new(); 27];
        cells[0] = code.to_owned();
        cells[1] = format!("\"{name}\"");
        cells[12] = "A".to_owned();
        cells[15] = "20140401".to_owned();
        text += &cells.join(",");
        text.push('\n');
    }
    text
}
