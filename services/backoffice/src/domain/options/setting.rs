//! Organisations, who could serve them, and the rules.

use std::collections::BTreeSet;

use crate::domain::{Problem, figure::divide_i64};

/// Most organisations: the search looks at whole assignments.
pub const MOST_ORGANISATIONS: usize = 40;

/// Most hosts and firms together.
pub const MOST_PROVIDERS: usize = 12;

/// An organisation as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// ODS code.
    pub id: String,
    /// Units of the driver a year, in 1/1000.
    pub volume: i64,
    /// What staying local costs, pence a year.
    pub local_cost: i64,
    /// Service level of staying local, in 1/1000; more is better.
    pub local_service: i64,
    /// What moving to any other option costs, pence a year: the one-off cost spread as the case spreads it.
    pub moving_cost: i64,
}

/// A host of a shared service, or a firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Name; of a host that is one of the organisations, its ODS code.
    pub id: String,
    /// A host, not a firm?
    pub shared: bool,
    /// Pence a year, once anybody is served.
    pub fixed_cost: i64,
    /// 1/100 pence a unit of the driver.
    pub price: i64,
    /// Service level in 1/1000.
    pub service: i64,
    /// Units of the driver a year that it can take, in 1/1000.
    pub capacity: Option<i64>,
}

/// What the user rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Nothing below this service level is chosen, in 1/1000.
    pub service_floor: Option<i64>,
    /// Organisations (by place) that stay local.
    pub must_stay: BTreeSet<usize>,
    /// Providers (by place) that may not be used, although an offer is there.
    pub closed: BTreeSet<usize>,
    /// Hosts at most.
    pub most_hosts: Option<i64>,
    /// Providers (by place) whose capacity does not bind: only to ask what it costs.
    pub unbounded: BTreeSet<usize>,
}

/// One rule of the many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The service floor.
    ServiceFloor,
    /// This organisation stays.
    MustStay(usize),
    /// This provider is not used.
    Closed(usize),
    /// Hosts at most.
    MostHosts,
    /// This provider takes no more.
    Capacity(usize),
}

/// The question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Hosts and firms.
    pub providers: Vec<Provider>,
    /// Rules.
    pub rules: Rules,
}

impl Setting {
    /// Is it a question that can be answered?
    ///
    /// # Errors
    /// No organisations, too many of something, or two of a name.
    pub fn check(&self) -> Result<(), Problem> {
        let organisations: Vec<&str> = self.organisations.iter().map(|it| it.id.as_str()).collect();
        let providers: Vec<&str> = self.providers.iter().map(|it| it.id.as_str()).collect();
        for (place, names, most) in [
            ("organisations", &organisations, MOST_ORGANISATIONS),
            ("hosts and outsourced", &providers, MOST_PROVIDERS),
        ] {
            if names.len() > most {
                return Err(Problem::new(place, "too many to search", format!("give {most} at most"))
                    .with(names.len()));
            }
            if let Some(name) = (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
                return Err(Problem::new(place, "a name stands twice", "name each once").with(names[name]));
            }
        }
        if organisations.is_empty() {
            return Err(Problem::new("organisations", "none is there", "give at least one"));
        }
        Ok(())
    }

    /// What an organisation costs with a provider beside its fixed cost, pence a year.
    pub(super) fn served_cost(&self, organisation: usize, provider: usize) -> i64 {
        let (organisation, provider) = (&self.organisations[organisation], &self.providers[provider]);
        let units = i128::from(organisation.volume) * i128::from(provider.price);
        divide_i64(units, 100_000).saturating_add(organisation.moving_cost)
    }

    /// The organisation that a host is.
    pub(super) fn host(&self, provider: usize) -> Option<usize> {
        let provider = &self.providers[provider];
        self.organisations.iter().position(|it| provider.shared && it.id == provider.id)
    }

    /// May the organisation stay local?
    pub(super) fn may_stay(&self, rules: &Rules, organisation: usize) -> bool {
        rules.service_floor.is_none_or(|floor| self.organisations[organisation].local_service >= floor)
    }

    /// May the organisation be served by the provider?
    pub(super) fn may_serve(&self, rules: &Rules, organisation: usize, provider: usize) -> bool {
        !rules.must_stay.contains(&organisation)
            && !rules.closed.contains(&provider)
            && rules.service_floor.is_none_or(|floor| self.providers[provider].service >= floor)
    }

    /// Units that a provider can take under the rules.
    pub(super) fn capacity(&self, rules: &Rules, provider: usize) -> Option<i64> {
        self.providers[provider].capacity.filter(|_| !rules.unbounded.contains(&provider))
    }

    /// Every rule that is set.
    pub fn all_rules(&self) -> Vec<Rule> {
        let rules = &self.rules;
        let mut all = Vec::new();
        all.extend(rules.service_floor.map(|_| Rule::ServiceFloor));
        all.extend(rules.must_stay.iter().map(|at| Rule::MustStay(*at)));
        all.extend(rules.closed.iter().map(|at| Rule::Closed(*at)));
        all.extend(rules.most_hosts.map(|_| Rule::MostHosts));
        let bound = |at: &usize| self.providers[*at].capacity.is_some();
        all.extend((0..self.providers.len()).filter(bound).map(Rule::Capacity));
        all
    }

    /// A rule for a person.
    pub fn rule_text(&self, rule: Rule) -> String {
        match rule {
            Rule::ServiceFloor => "service floor".into(),
            Rule::MustStay(at) => format!("{} must stay", self.organisations[at].id),
            Rule::Closed(at) => format!("{} may not be used", self.providers[at].id),
            Rule::MostHosts => "hosts at most".into(),
            Rule::Capacity(at) => format!("capacity of {}", self.providers[at].id),
        }
    }
}

impl Rules {
    /// The rules without one of them.
    #[must_use]
    pub fn without(&self, rule: Rule) -> Self {
        let mut rules = self.clone();
        match rule {
            Rule::ServiceFloor => rules.service_floor = None,
            Rule::MustStay(at) => {
                rules.must_stay.remove(&at);
            }
            Rule::Closed(at) => {
                rules.closed.remove(&at);
            }
            Rule::MostHosts => rules.most_hosts = None,
            Rule::Capacity(at) => {
                rules.unbounded.insert(at);
            }
        }
        rules
    }
}
