//! Which keys may stand where. The reader and a test of the published schema both go by these tables, so that the two cannot
//! part.

pub(crate) use muster_document::Shape;

macro_rules! shapes {
    ($($id:ident $name:literal [$($required:literal),*] [$($optional:literal),*])*) => {
        $(pub(crate) const $id: Shape =
            Shape { name: $name, required: &[$($required),*], optional: &[$($optional),*] };)*
        /// Every object.
        #[cfg(test)]
        pub(crate) const SHAPES: &[Shape] = &[$($id),*];
    };
}

shapes! {
    DOCUMENT "document" ["schema", "organisations", "rates", "shifts", "workers"]
        ["title", "rules", "weights", "holidays"]
    RULES "rules" [] ["rest_hours", "average_hours", "reference_weeks", "nights_in_a_row", "night_hours"]
    WEIGHTS "weights" [] ["continuity_pence", "fairness_pence_per_hour", "fair_hours"]
    ORGANISATION "organisation" ["code", "on_cost_ppm"] ["fee_pence_per_hour"]
    RATE "rate" ["organisation", "grade", "core"] ["site", "saturday_night", "sunday_holiday"]
    SHIFT "shift" ["shift_ref", "organisation", "grade", "start", "end", "unfilled"]
        ["site", "ward", "skills", "break_minutes"]
    UNFILLED "unfilled" [] ["agency_pence", "shortage_pence"]
    WORKER "worker" ["worker_ref", "home_organisation", "grades", "available"]
        ["skills", "consents", "hours_worked", "max_hours", "opted_out", "last_shift_end", "nights_run", "wards",
         "pay_pence_per_hour"]
    WINDOW "window" ["from", "to"] []
    WARD "ward" ["organisation", "ward"] []
}
