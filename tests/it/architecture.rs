//! Arrows point inwards: the domain knows no I/O, no context knows another, the kit knows no context.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, MetadataCommand};

const CONTEXTS: &[&str] = &["directory", "staffing", "agency", "backoffice", "catalogue"];
/// Domain that is a crate of its own, because several use it: package, folder, and all that it may depend on.
const LIBRARIES: &[(&str, &str, &[&str])] = &[
    ("muster-model", "services/staffing/model/src", &["muster-document", "serde", "serde_json"]),
    (
        "muster-shared-bank",
        "services/agency/bank/src",
        &["jiff", "muster-document", "rand", "rand_chacha", "serde", "serde_json"],
    ),
    (
        "muster-award",
        "services/catalogue/award/src",
        &["good_lp", "jiff", "muster-document", "rand", "rand_chacha", "serde"],
    ),
    (
        "muster-board-update",
        "services/backoffice/update/src",
        &[
            "askama",
            "base64",
            "dejavu",
            "hex",
            "jiff",
            "krilla",
            "rust_xlsxwriter",
            "serde",
            "serde_json",
            "sha2",
            "skrifa",
            "thiserror",
        ],
    ),
    (
        "muster-matching",
        "services/catalogue/matching/src",
        &["muster-document", "rand", "rand_chacha", "rapidfuzz", "rayon", "serde", "serde_json"],
    ),
];
/// Libraries that open files of their own, and are as far from contexts, kit and contract as those of the domain.
const WITH_FILES: &[(&str, &str, &[&str])] =
    &[("muster-search", "services/catalogue/search/src", &["tantivy", "thiserror", "unicode-normalization"])];
const ROOMS: &[&str] = &["app", "domain", "import", "store"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                found.extend(sources(&path));
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// Code lines: comments and what stands in string literals on a line of their own are left out.
fn code_lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).expect("a source file");
    text.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or_default().to_owned()))
        .collect()
}

/// Does a line name a crate or path, as a whole word followed by `::` or in a `use`?
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before =
            line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':');
        let after = line[at + path.len()..].starts_with("::") || line[at + path.len()..].starts_with(';');
        before && after
    })
}

fn contexts() -> Vec<&'static str> {
    CONTEXTS.iter().copied().filter(|name| root().join("services").join(name).join("src").exists()).collect()
}

#[test]
fn the_domain_knows_no_io() {
    let outside = [
        "sea_orm",
        "sea_orm_migration",
        "tonic",
        "axum",
        "async_nats",
        "tokio",
        "muster_bus",
        "muster_proto",
        "prost",
        "std::fs",
        "std::net",
        "std::process",
        "std::env",
        "crate::app",
        "crate::store",
        "crate::grpc",
        "crate::events",
        "crate::import",
    ];
    let mut wrong = Vec::new();
    let rooms = contexts().into_iter().map(|context| format!("services/{context}/src/domain"));
    for domain in rooms.chain(LIBRARIES.iter().map(|(_, folder, _)| (*folder).to_owned())) {
        let files = sources(&root().join(&domain));
        assert!(!files.is_empty(), "{domain} is not there");
        for file in files {
            for (number, line) in code_lines(&file) {
                for path in outside.iter().filter(|path| names(&line, path)) {
                    wrong.push(format!("{}:{number} reaches for {path}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_context_has_the_same_rooms() {
    for context in contexts() {
        let src = root().join("services").join(context).join("src");
        let rooms = [ROOMS, &["grpc", "events"]].concat();
        for room in rooms {
            let there = src.join(room).is_dir() || src.join(format!("{room}.rs")).exists();
            assert!(there, "{context} has no room `{room}`");
        }
    }
}

/// Direct dependencies of each package of the workspace, without those of tests.
fn crate_graph() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--offline".into(), "--locked".into()])
        .no_deps()
        .exec()
        .expect("cargo metadata");
    metadata
        .packages
        .iter()
        .map(|package| {
            let dependencies = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .map(|dependency| dependency.name.clone())
                .collect();
            (package.name.to_string(), dependencies)
        })
        .collect()
}

#[test]
fn no_context_imports_another_and_the_kit_knows_none() {
    let graph = crate_graph();
    let context_crates: BTreeSet<String> = CONTEXTS.iter().map(|name| format!("muster-{name}")).collect();
    let mut wrong = Vec::new();
    for (package, dependencies) in &graph {
        // the binary wires, the tests look at everything
        if package == "muster" || package == "muster-tests" {
            continue;
        }
        for dependency in dependencies.intersection(&context_crates) {
            wrong.push(format!("{package} imports {dependency}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kit = ["muster-kit", "muster-bus"];
    for package in kit {
        let ours: Vec<&String> = graph[package].iter().filter(|name| name.starts_with("muster-")).collect();
        let allowed = ["muster-kit", "muster-proto"];
        assert!(ours.iter().all(|name| allowed.contains(&name.as_str())), "{package} imports {ours:?}");
    }
}

#[test]
fn a_library_depends_on_what_it_names_and_serves_contexts_only() {
    let graph = crate_graph();
    for (package, folder, allowed) in LIBRARIES.iter().chain(WITH_FILES) {
        let strange: Vec<&String> =
            graph[*package].iter().filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(strange.is_empty(), "{package} imports {strange:?}");
        assert!(root().join(folder).join("lib.rs").exists(), "{folder} holds no library");
        // it serves contexts, the binary and tests; the kit knows it no more than it knows a context
        for (user, dependencies) in &graph {
            let may = ["muster", "muster-tests"].contains(&user.as_str())
                || CONTEXTS.iter().any(|context| *user == format!("muster-{context}"));
            assert!(may || !dependencies.contains(*package), "{user} imports {package}");
        }
    }
}

/// What domain may be made of must be as pure as domain.
#[test]
fn the_format_that_libraries_read_is_pure() {
    let of = &crate_graph()["muster-document"];
    let strange: Vec<&String> =
        of.iter().filter(|name| !["serde", "serde_json", "thiserror"].contains(&name.as_str())).collect();
    assert!(strange.is_empty(), "muster-document imports {strange:?}");
}

#[test]
fn the_kit_speaks_of_no_context_in_its_code() {
    let mut wrong = Vec::new();
    for file in sources(&root().join("services/kit")) {
        for (number, line) in code_lines(&file) {
            for context in CONTEXTS {
                if names(&line, &format!("muster_proto::{context}"))
                    || names(&line, &format!("muster_{context}"))
                {
                    wrong.push(format!("{}:{number} names {context}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for folder in ["proto/src", "services", "tests"] {
        for file in sources(&root().join(folder)) {
            let lines = fs::read_to_string(&file).expect("a source file").lines().count();
            if lines > 500 {
                long.push(format!("{} has {lines} lines", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Repository functions that look at every organisation, each with its reason.
const WITHOUT_SCOPE: &[(&str, &str)] = &[(
    "silent_since",
    "the sweep finds interrupted runs of every organisation; each is then marked in its own scope",
)];

#[test]
fn repositories_take_a_scope() {
    let mut wrong = Vec::new();
    for context in contexts() {
        for file in sources(&root().join("services").join(context).join("src/store")) {
            let inside = file.to_string_lossy().into_owned();
            if inside.contains("/migrations") || inside.contains("/entity") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("a source file");
            // a private function is called by one that takes a scope
            let public =
                text.match_indices("pub async fn ").chain(text.match_indices("pub(crate) async fn "));
            for (at, _) in public {
                let signature = text[at..].split('{').next().unwrap_or_default();
                let signature = signature.trim_start_matches("pub(crate) ");
                let exempt =
                    WITHOUT_SCOPE.iter().any(|(name, _)| signature.contains(&format!("async fn {name}(")));
                if !exempt
                    && !["OrgScope", "UnitOfWork", "&self"].iter().any(|scope| signature.contains(scope))
                {
                    let name = signature.split('(').next().unwrap_or_default().trim().to_owned();
                    wrong.push(format!("{}: {name} takes no scope", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
