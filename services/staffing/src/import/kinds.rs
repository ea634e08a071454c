//! Kinds of files and their columns: stable names, which scripts outside depend on.

use muster_kit::intake::{Column, ImportKind};

/// Every kind that staffing reads.
pub const KINDS: &[ImportKind] =
    &[GP_WORKFORCE, AGE_LISTS, DEPRIVATION, RESIDENTS, TRUST_WORKFORCE, WORKFORCE_SNAPSHOT, POSTS];

/// The general practice workforce, in any of the publisher's layouts.
pub const GP_WORKFORCE: ImportKind = ImportKind {
    name: "gp-workforce",
    summary: "general practice workforce: the practice series by financial year, or the publisher's practice-level \
              detailed, high-level and individual-level files, recognised by their header",
    publisher: "NHS England (NHS Digital)",
    columns: &[
        Column::required("PRAC_CODE", "G99001", "ODS code of the practice")
            .also(&["Practice.Code", "Practice Code"]),
        Column::required("FY_END", "2016", "financial year ending (practice series)").also(&["Year"]),
        Column::required("TOTAL_PATIENTS", "7650", "registered patients"),
        Column::required("TOTAL_GP_EXTGL_FTE", "3.5", "fully qualified GPs without trainees and locums, FTE"),
        Column::required("TOTAL_NURSES_FTE", "1.4", "nurses, FTE"),
        Column::optional("TOTAL_LOCUUM_TRN_FTE", "0.3", "GP trainees and locums, FTE")
            .also(&["TOTAL_LOCUM_TRN_FTE"]),
        Column::optional("TOTAL_DPC_FTE", "0.5", "direct patient care, FTE"),
        Column::optional("TOTAL_ADMIN_FTE", "6.7", "administration, FTE"),
        Column::optional("TOTAL_GP_EXTGL_HC", "5", "fully qualified GPs, heads"),
        Column::optional("TOTAL_ADMIN_MANAGER_FTE", "1.0", "practice managers, FTE"),
        Column::optional("TOTAL_ADMIN_RECEPT_FTE", "4.2", "receptionists, FTE"),
        Column::optional("TOTAL_ADMIN_TELEPH_FTE", "0", "telephonists, FTE"),
        Column::optional("SNAPSHOT", "2015-09", "month or months of the count"),
        Column::optional("BOROUGH", "Bexley", "borough, used where the directory does not know the practice"),
        Column::optional("PRAC_NAME", "Example Surgery", "name of the practice"),
        Column::optional("POSTCODE", "SE1 1AA", "postcode, not used"),
        Column::optional("CONTRACT", "GMS", "contract, not used"),
        Column::optional(
            "PCN_CODE",
            "U00001",
            "primary care network, not used: the directory knows it with dates",
        ),
        Column::optional("IMD", "21.5", "deprivation score, not used"),
        Column::optional("IMD_quintile", "3", "deprivation quintile, not used"),
    ],
    header: true,
};

/// Patients registered at practices, by sex and five-year band of age.
pub const AGE_LISTS: ImportKind = ImportKind {
    name: "gp-reg-pat-prac-quin-age",
    summary: "patients registered at each practice by sex and five-year band of age: what need can be weighted by",
    publisher: "NHS England (NHS Digital)",
    columns: &[
        Column::required(
            "EXTRACT_DATE",
            "01OCT2018",
            "date of the extract, as 01OCT2018, 01-Oct-18 or 2018-10-01",
        ),
        Column::required("CODE", "G99001", "ODS code of the practice").also(&["ORG_CODE"]),
        Column::required("SEX", "FEMALE", "ALL, MALE or FEMALE"),
        Column::required("AGE_GROUP_5", "0_4", "ALL, 0_4, 5_9 and so on to 90_94, 95+"),
        Column::required("NUMBER_OF_PATIENTS", "212", "patients; bands must add up to the row of all ages"),
        Column::optional(
            "TYPE",
            "GP",
            "level of the row; those of other levels than the practice (GP) are not used",
        )
        .also(&["ORG_TYPE"]),
        Column::optional("PUBLICATION", "GP_PRAC_PAT_LIST", "name of the publication, not used"),
        Column::optional("CCG_CODE", "08K", "commissioner, not used: the directory knows it with dates")
            .also(&["SUB_ICB_LOCATION_CODE"]),
        Column::optional("ONS_CCG_CODE", "E38000092", "the same, not used")
            .also(&["ONS_SUB_ICB_LOCATION_CODE", "ONS_CODE"]),
        Column::optional("POSTCODE", "SE1 1AA", "postcode, not used"),
    ],
    header: true,
};

/// Deprivation of the patients of practices.
pub const DEPRIVATION: ImportKind = ImportKind {
    name: "deprivation",
    summary: "deprivation of the patients of each practice, by the score of the health domain: what need can be weighted by",
    publisher: "muster",
    columns: &[
        Column::required("practice", "G99001", "ODS code of the practice")
            .also(&["PRAC_CODE", "Practice code", "Area code"]),
        Column::required(
            "score",
            "-0.35",
            "score of the health deprivation and disability domain, -5 to 5; not the index of multiple deprivation",
        )
        .also(&["Health score", "Value"]),
        Column::required("year", "2015", "year of the indices of deprivation"),
        Column::optional("source", "English indices of deprivation 2015", "where the score comes from"),
    ],
    header: true,
};

/// Residents of boroughs.
pub const RESIDENTS: ImportKind = ImportKind {
    name: "residents",
    summary: "residents of each borough, in all or by sex and single year of age: what registered lists can be set against",
    publisher: "Office for National Statistics (mid-year estimates), or muster",
    columns: &[
        Column::required(
            "borough",
            "Bexley",
            "name of the borough, as the directory and the workforce files have it",
        )
        .also(&["CCG", "LAD_NAME", "NAME"]),
        Column::required("residents", "242387", "people who live there; 0 or more in a row of an age")
            .also(&["POPULATION", "ONS_MYE_TOTAL"]),
        Column::optional("year", "2015", "year of a mid-year estimate, which is of 30 June")
            .also(&["MID_YEAR"]),
        Column::optional("date", "", "day of the count, where it is no mid-year estimate: this or the year"),
        Column::optional("sex", "", "F or M, or ALL; sexes are added up").also(&["gender"]),
        Column::optional(
            "age",
            "",
            "single year of age, 0 to the oldest (90 or 90+), or ALL; ages are added up",
        ),
        Column::optional(
            "source",
            "ONS mid-year estimates",
            "where the figures come from, not kept: the file is",
        ),
        Column::optional("LAD_CODE", "", "code of the borough, not used").also(&["CODE"]),
    ],
    header: true,
};

/// Staff of trusts and commissioners, by group of staff.
pub const TRUST_WORKFORCE: ImportKind = ImportKind {
    name: "trust-workforce",
    summary: "staff of trusts and other organisations outside general practice: FTE by organisation, group of staff and month",
    publisher: "NHS England (NHS Digital)",
    columns: &[
        Column::required("Month", "2018-JUN", "month of the count, as 2018-JUN or 2018-06"),
        Column::required("Organisation code", "RZ1", "ODS code").also(&["Org code", "Org Code"]),
        Column::required("Organisation name", "Example NHS Trust", "name").also(&["Org name"]),
        Column::required(
            "Staff group",
            "Nurses & health visitors",
            "group of staff in the publisher's words; nurses and doctors are forecast, every other one is kept and listed",
        )
        .also(&["Main staff group"]),
        Column::required("FTE", "820.6", "full-time equivalents").also(&["Total FTE"]),
    ],
    header: true,
};

/// What a federation or practice sends each month.
pub const WORKFORCE_SNAPSHOT: ImportKind = ImportKind {
    name: "workforce-snapshot",
    summary: "FTE and heads at a month end, by organisation and role, as a federation sends them each month",
    publisher: "muster",
    columns: &[
        Column::required("organisation", "G99001", "ODS code of the practice or organisation"),
        Column::required("month_end", "2018-03-31", "last day of the month"),
        Column::required(
            "role",
            "nurse",
            "gp, gp-trainee, gp-locum, nurse, direct-patient-care or administration",
        ),
        Column::required("fte", "1.6", "FTE; empty when unknown"),
        Column::required("heads", "2", "people; empty when unknown"),
        Column::optional("age_band", "55-59", "age band; empty for all ages"),
        Column::optional("sex", "female", "female or male; empty for both"),
        Column::optional("vacancies_fte", "0.5", "vacancies, FTE"),
        Column::optional("definition", "contracted hours", "what is counted"),
    ],
    header: true,
};

/// Posts, joint ones among them.
pub const POSTS: ImportKind = ImportKind {
    name: "posts",
    summary: "posts with employer and places of work; the shares of a joint post add up to 1 on every day",
    publisher: "muster",
    columns: &[
        Column::required("post_ref", "P-0001", "reference of the post"),
        Column::required("person_ref", "X-0001", "opaque reference of the person, never a name"),
        Column::required(
            "role",
            "nurse",
            "gp, gp-trainee, gp-locum, nurse, direct-patient-care or administration",
        ),
        Column::required("employer", "G99001", "ODS code of the employer"),
        Column::required("works_at", "G99002", "ODS code of the place of work"),
        Column::required("share", "0.6", "share of the post that works there, 0 to 1"),
        Column::required("hours_week", "37.5", "hours a week of the whole post"),
        Column::required("hours_standard", "37.5", "hours a week that make one FTE"),
        Column::required("valid_from", "2017-04-01", "first day"),
        Column::optional("valid_to", "", "last day; empty while it lasts"),
    ],
    header: true,
};
