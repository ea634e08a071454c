//! Staff roles, as the publisher groups them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A staff role. The finer role of a file is kept beside it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Role {
    /// Fully qualified GP, without trainees and locums (`EXTGL` in the publisher's files).
    Gp = 1,
    /// GP in training.
    GpTrainee = 2,
    /// GP locum.
    GpLocum = 3,
    /// Practice nurse.
    Nurse = 4,
    /// Direct patient care other than GPs and nurses.
    DirectPatientCare = 5,
    /// Administration.
    Administration = 6,
    /// GP trainees and locums together, where a file does not tell them apart.
    GpTraineeOrLocum = 7,
}

impl Role {
    /// Every role, in the order of its number.
    pub const ALL: [Self; 7] = [
        Self::Gp,
        Self::GpTrainee,
        Self::GpLocum,
        Self::Nurse,
        Self::DirectPatientCare,
        Self::Administration,
        Self::GpTraineeOrLocum,
    ];

    /// The number that the contract and the tables use.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The role with this number.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.number() == number)
    }

    /// Position in a [`ByRole`].
    const fn index(self) -> usize {
        self as usize - 1
    }

    /// Name used in files, parameters and the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::GpTrainee => "gp-trainee",
            Self::GpLocum => "gp-locum",
            Self::Nurse => "nurse",
            Self::DirectPatientCare => "direct-patient-care",
            Self::Administration => "administration",
            Self::GpTraineeOrLocum => "gp-trainee-or-locum",
        }
    }

    /// What a person calls several of them.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Gp => "GPs",
            Self::GpTrainee => "GP trainees",
            Self::GpLocum => "GP locums",
            Self::Nurse => "nurses",
            Self::DirectPatientCare => "direct patient care staff",
            Self::Administration => "administrative staff",
            Self::GpTraineeOrLocum => "GP trainees and locums",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A role that no file of ours knows.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    /// Reads a role as a person may write it: any case, spaces, underscores or hyphens.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let key: String = text
            .trim()
            .chars()
            .map(|c| if c == ' ' || c == '_' || c == '/' { '-' } else { c.to_ascii_lowercase() })
            .collect();
        Ok(match key.as_str() {
            "gp" | "gps" | "gp-qualified" | "gp-extgl" | "general-practitioner" => Self::Gp,
            "gp-trainee" | "gp-in-training" | "gp-registrar" | "trainee" => Self::GpTrainee,
            "gp-locum" | "locum" => Self::GpLocum,
            "nurse" | "nurses" | "practice-nurse" => Self::Nurse,
            "direct-patient-care" | "dpc" => Self::DirectPatientCare,
            "administration" | "admin" | "admin-non-clinical" => Self::Administration,
            "gp-trainee-or-locum" => Self::GpTraineeOrLocum,
            _ => return Err(UnknownRole),
        })
    }
}

/// One value for each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByRole<T>([T; 7]);

impl<T> std::ops::Index<Role> for ByRole<T> {
    type Output = T;
    fn index(&self, role: Role) -> &T {
        &self.0[role.index()]
    }
}

impl<T> std::ops::IndexMut<Role> for ByRole<T> {
    fn index_mut(&mut self, role: Role) -> &mut T {
        &mut self.0[role.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_reads_back_from_its_name_and_number() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
            assert_eq!(Role::from_number(role.number()), Some(role));
        }
        assert_eq!("Direct Patient Care".parse(), Ok(Role::DirectPatientCare));
        assert_eq!("Admin/Non-Clinical".parse(), Ok(Role::Administration));
        assert_eq!("porter".parse::<Role>(), Err(UnknownRole));
    }
}
