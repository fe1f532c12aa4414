//! Values by path; expected values are counted by hand.

use super::*;

/// A path of names and indices as TypeScript writes it.
fn path(steps: &[(&str, Option<u32>)]) -> Vec<u8> {
    let mut out = 0u32.to_le_bytes().to_vec();
    out.extend((steps.len() as u32).to_le_bytes());
    for (name, index) in steps {
        out.push(u8::from(!name.is_empty()) | u8::from(index.is_some()) << 1);
        out.extend((name.len() as u32).to_le_bytes());
        out.extend(name.as_bytes());
        out.extend(index.unwrap_or(0).to_le_bytes());
    }
    out
}

fn config(paths: &[u8], count: u32, names: &str) -> Config {
    let mut all = count.to_le_bytes().to_vec();
    all.extend(paths);
    let mut bytes = Vec::new();
    for (key, value) in [("paths", &all[..]), ("path_names", names.as_bytes())] {
        bytes.push(key.len() as u8);
        bytes.extend(key.as_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(value);
    }
    Config::parse(&bytes).unwrap()
}

/// `x` is `/a/b`, `y` is `/a/c/0`.
fn paths() -> Paths {
    let mut both = path(&[("a", None), ("b", None)]);
    both.extend(path(&[("a", None), ("c", None), ("0", Some(0))]));
    Paths::from_config(&config(&both, 2, "x\0y\0")).unwrap()
}

/// The fields of `x` and `y`, whatever the chunks are, or the fault.
fn read_paths(options: Options, text: &str) -> Outcome {
    let make = || {
        let names = ["x".to_owned(), "y".to_owned()];
        NdjsonScanner::new(options, &names).with_paths(&paths())
    };
    let whole = run(make(), text.as_bytes(), usize::MAX >> 1, usize::MAX);
    for chunk in 1..=text.len().min(24) {
        assert_eq!(run(make(), text.as_bytes(), chunk, usize::MAX), whole, "chunks of {chunk}");
        assert_eq!(run(make(), text.as_bytes(), chunk, 1), whole, "row by row");
    }
    whole
}

fn fields(text: &str) -> Vec<Field> {
    let outcome = read_paths(Options::default(), text);
    assert_eq!(outcome.fault, None);
    outcome.rows[0][..2].to_vec()
}

#[test]
fn paths_go_to_members_and_items() {
    let null = || field(Kind::Null, "");
    let one = || field(Kind::Number, "1");
    assert_eq!(fields("{\"a\":{\"b\":1,\"c\":[\"\\n\",2]}}"), [one(), field(Kind::String, "\n")]);
    assert_eq!(fields("{\"a\":{\"c\":{\"0\":{}}}}"), [null(), field(Kind::Nested, "{}")]);
    assert_eq!(fields("{\"a\":[{\"b\":1}],\"b\":2}"), [null(), null()]);
    assert_eq!(fields("{\"a\":{\"b\":1},\"a\":7}"), [null(), null()]);
    assert_eq!(fields("{\"x\":5,\"a\":{\"b\":null,\"\\u0062\":1}}"), [one(), null()]);
}

#[test]
fn faults_inside_values_have_their_places() {
    let strict = options(&[("duplicates", "error"), ("max_depth", "3")]);
    let place = |text: &str| {
        let fault = read_paths(strict, text).fault.unwrap();
        (fault.code, fault.column)
    };
    assert_eq!(place("{\"a\":{\"b\":1,\"b\":2}}"), (Code::DuplicateKey, 13));
    assert_eq!(place("{\"x\":1,\"x\":2}"), (Code::DuplicateKey, 8));
    assert_eq!(place("{\"a\":{\"c\":[[1]]}}"), (Code::DepthExceeded, 12));
    assert_eq!(place("{\"a\":{\"b\":1 2}}"), (Code::InvalidJson, 13));
    assert_eq!(place("{\"a\":{\"b\":1e999}}"), (Code::NumberTooLarge, 11));
}

#[test]
fn paths_that_typescript_never_writes_are_refused() {
    let one = path(&[("a", None)]);
    assert!(Paths::from_config(&config(&one, 1, "x\0")).is_ok());
    assert!(Paths::from_config(&config(&one, 1, "")).is_err());
    assert!(Paths::from_config(&config(&one, 2, "x\0y\0")).is_err());
    assert!(Paths::from_config(&config(&path(&[]), 1, "x\0")).is_err());
    for end in 0..one.len() {
        assert!(Paths::from_config(&config(&one[..end], 1, "x\0")).is_err(), "cut at {end}");
    }
}
