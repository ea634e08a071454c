//! Lists business cases.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::{
    Deps,
    cases::{KnownCase, Worked},
    savings::Savings,
};

/// A page of cases by name, each worked out and made into what the caller wants.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn list_cases<T>(
    deps: &Deps,
    actor: &Actor,
    page: &Page,
    make: impl Fn(&Worked<'_>) -> T,
) -> Result<Paged<T>> {
    deps.permit(actor, Action::Read, Resource::all("case")).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let savings = Savings::load(conn, &scope).await?;
    let after = |it: &KnownCase| page.after.is_empty() || it.case.id > page.after;
    let most = usize::try_from(page.size + 1).unwrap_or(usize::MAX);
    let all = KnownCase::all(conn, &scope).await?;
    let cases: Vec<KnownCase> = all.into_iter().filter(after).take(most).collect();
    let cases = page.cut(cases, |it| it.case.id.clone());
    let mut rows = Vec::new();
    for case in &cases.rows {
        rows.push(make(&case.work_out(&savings, None)?));
    }
    Ok(Paged { rows, next_token: cases.next_token })
}
