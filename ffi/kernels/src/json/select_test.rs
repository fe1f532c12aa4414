//! The selector against serde_json, and over every split of its input.

use serde_json::Value;

use super::Rules;
use super::path::{Path, Step};
use super::select::Selector;
use crate::control::Unwatched;
use crate::fault::Error;

fn rules(lines: bool) -> Rules {
    Rules { max_depth: 100, lone_surrogates: false, lines }
}

/// A path of names, indices (digits) and `*`.
pub(super) fn path(text: &str) -> Path {
    let steps: Vec<Step> = text
        .split('/')
        .skip(1)
        .map(|word| Step {
            name: (word != "*").then(|| word.as_bytes().to_vec()),
            index: word.parse().ok(),
            every: word == "*",
            is_plain: true,
        })
        .collect();
    let is_many = steps.iter().any(|step| step.every);
    Path { label: format!("\"{text}\":").into_bytes(), steps, is_many }
}

pub(super) fn select(chunks: &[&[u8]], paths: &[&str], lines: bool) -> Result<String, Error> {
    let paths = paths.iter().map(|text| path(text)).collect();
    let mut selector = Selector::new(rules(lines), paths);
    let mut out = Vec::new();
    for chunk in chunks {
        selector.push(chunk, false, &Unwatched, &mut out)?;
    }
    selector.push(b"", true, &Unwatched, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn selector_gives_raw_values() {
    let text = b" {\"a\": [1, {\"b\" : \"x\\n,]\"}, 2.50] , \"c\":{\"d\":null}}";
    assert_eq!(select(&[text], &["/a/1/b"], false).unwrap(), "\"x\\n,]\"\n");
    assert_eq!(select(&[text], &["/a/*"], false).unwrap(), "1\n{\"b\" : \"x\\n,]\"}\n2.50\n");
    assert_eq!(select(&[text], &["/c"], false).unwrap(), "{\"d\":null}\n");
    assert_eq!(select(&[text], &["/x"], false).unwrap(), "");
    assert_eq!(
        select(&[text], &["/c/d", "/x", "/a/*/b"], false).unwrap(),
        "{\"/c/d\":null,\"/a/*/b\":[\"x\\n,]\"]}\n"
    );
    assert_eq!(select(&[b"[1,\n 2]"], &[""], false).unwrap(), "[1, 2]\n");
    assert_eq!(select(&[b"{\"\\u0061\":1}"], &["/a"], false).unwrap(), "1\n");
    assert_eq!(select(&[b"{\"a\":1}\n\n{\"a\":2}"], &["/a"], true).unwrap(), "1\n2\n");
}

#[test]
fn selector_refuses_broken_structure_where_it_is() {
    let cases: [(&str, u64); 16] = [
        ("", 0),
        ("{\"a\":1", 6),
        ("{\"a\":1]", 6),
        ("{\"a\":tru}", 8),
        ("{\"b\":[1}}", 7),
        ("{\"a\":1,}", 7),
        ("{\"b\":,\"a\":1}", 5),
        ("{\"b\":\"x}", 8),
        ("{\"b\":1}}", 7),
        ("{\"a\":1,\"a\":2}", 7),
        ("{\"b\":\"\n\"}", 6),
        ("{\"b\":\\\"}", 5),
        ("{b:1}", 1),
        ("[1 2] x", 6),
        ("{\"a\":[1,]}", 8),
        ("{\"b\":{}1}", 7),
    ];
    for (text, offset) in cases {
        let Err(Error::Fault(fault)) = select(&[text.as_bytes()], &["/a"], false) else {
            panic!("accepted {text}");
        };
        assert_eq!(fault.byte_offset, offset, "{text}: {fault:?}");
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as usize % limit
    }
}

fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth > 3 { 4 } else { 8 }) {
        0 => Value::Null,
        1 => Value::from(dice.below(1000) as f64 / 8.0),
        2 => Value::from(["x", "a,b", "q\"]}", "\\", "é😀", ""][dice.below(6)]),
        3 => Value::Bool(true),
        4 | 5 => (0..dice.below(4)).map(|_| value(dice, depth + 1)).collect(),
        _ => {
            let members = (0..dice.below(4))
                .map(|_| (["a", "b", "0", "1"][dice.below(4)].to_owned(), value(dice, depth + 1)));
            Value::Object(members.collect())
        }
    }
}

/// All values at a path, by serde_json's tree.
pub(super) fn expected<'a>(value: &'a Value, steps: &[Step]) -> Vec<&'a Value> {
    let Some((step, rest)) = steps.split_first() else { return vec![value] };
    match value {
        Value::Object(members) => {
            let on = |key: &str| step.every || step.name.as_deref() == Some(key.as_bytes());
            members.iter().filter(|member| on(member.0)).flat_map(|m| expected(m.1, rest)).collect()
        }
        Value::Array(items) => {
            let on = |index: usize| step.every || step.index == Some(index as u64);
            let items = items.iter().enumerate();
            items.filter(|item| on(item.0)).flat_map(|item| expected(item.1, rest)).collect()
        }
        _ => vec![],
    }
}

#[test]
fn selector_finds_what_a_tree_finds() {
    let mut dice = Dice(0x1357_9bdf_2468_ace1);
    for _ in 0..20_000 {
        let document = value(&mut dice, 0);
        let steps = dice.below(4);
        let text: String =
            (0..steps).map(|_| ["/a", "/b", "/0", "/1", "/*"][dice.below(5)]).collect();
        let wanted: Vec<&Value> = expected(&document, &path(&text).steps);
        let pretty = dice.below(2) == 0;
        let source = if pretty {
            serde_json::to_string_pretty(&document).unwrap()
        } else {
            document.to_string()
        };
        let found = select(&[source.as_bytes()], &[&text], false).unwrap();
        let found: Vec<Value> =
            found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{text} of {source}");
    }
}

#[test]
fn selector_says_the_same_over_every_split() {
    let text = b"{\"a\":[1,{\"b\":\"\\\"x\"}],\"c\":2}\r\n\n{\"c\":{\"a\":[]}}\n{\"c\":\"\xc3\xa9\"}\n[3]\n{\"c\":tru}\n";
    for end in 0..=text.len() {
        let text = &text[..end];
        let whole = select(&[text], &["/a/1", "/c"], true);
        for at in 0..=text.len() {
            let (front, rest) = text.split_at(at);
            assert_eq!(select(&[front, rest], &["/a/1", "/c"], true), whole, "{at} of {end}");
        }
    }
}

/// A line alone has no shape before it: what it gives is what it must give behind others.
#[test]
fn lines_of_one_shape_give_what_each_gives_alone() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % limit
    };
    let bytes = b"{}[],:\"\\ 0.-1eabct\t\r";
    for round in 0..600 {
        let mut lines: Vec<Vec<u8>> = Vec::new();
        for id in 0..60 {
            let nested = ["1.50", "[1,[2,{}]]", "{\"a\":{}}", " null ", "\"x,y\""][below(5)];
            let space = if round % 3 == 0 { " " } else { "" };
            let mut line = format!(
                "{{\"id\":{space}{},{space}\"a long name of a key\":{nested},\"a\":{}{space}}}{space}",
                below(1000) * id,
                ["0", "-0.5", "\"\\u00e9\"", "\"tail\"", "12345678.25", "01", "1e5"][below(7)],
            )
            .into_bytes();
            for _ in 0..usize::from(below(20) == 0) * (1 + below(3)) {
                let place = below(line.len());
                line[place] = bytes[below(bytes.len())];
            }
            lines.push(line);
        }
        for paths in [&["/a"][..], &["/a", "/id"], &["/nothing", "/id"]] {
            let mut wanted = Ok(String::new());
            for line in &lines {
                let Ok(text) = &mut wanted else { break };
                match select(&[line, b"\n"], paths, true) {
                    Ok(more) => text.push_str(&more),
                    Err(error) => wanted = Err(error),
                }
            }
            let found = select(&[&lines.join(&b'\n'), b"\n"], paths, true);
            match (&wanted, &found) {
                (Err(Error::Fault(one)), Err(Error::Fault(other))) => {
                    assert_eq!(
                        (one.code, one.column, &one.args),
                        (other.code, other.column, &other.args)
                    );
                }
                _ => assert_eq!(found.is_ok(), wanted.is_ok()),
            }
            if let (Ok(wanted), Ok(found)) = (wanted, found) {
                assert_eq!(found, wanted, "{round}");
            }
        }
    }
}

/// Many windows, the ends of which cut lines anywhere, white space at their front included.
#[test]
fn lines_of_one_shape_go_over_windows() {
    let mut text = String::new();
    let mut wanted = String::new();
    for id in 0..20_000_usize {
        let blanks = " ".repeat(if id % 7 == 0 { id % 300 } else { 0 });
        let name = "n".repeat(id % 23);
        text += &format!("{blanks}{{\"id\":{id},\"ok\":true,\"name\":\"{name}\"}}\n");
        wanted += &format!("{{\"/name\":\"{name}\",\"/id\":{id}}}\n");
    }
    for size in [usize::MAX, 1 << 16, 1000, 777] {
        let chunks: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        assert_eq!(select(&chunks, &["/name", "/id"], true).unwrap(), wanted);
    }
}

/// Run by hand: `cargo test --release -p fastpath-kernels select_speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn select_speed() {
    let mut text = Vec::new();
    for id in 0..1_000_000_u64 {
        let (day, price) = (id % 28 + 1, id * 7 % 9999);
        text.extend_from_slice(
            format!(
                "{{\"id\":{id},\"day\":\"2024-02-{day:02}\",\"kind\":\"alpha\",\"price\":{price}.25,\
                 \"big\":90071992547{day},\"note\":\"n{price}\",\"ok\":true,\"city\":\"Zurich\"}}\n"
            )
            .as_bytes(),
        );
    }
    let mut out = Vec::new();
    for _ in 0..7 {
        let paths = ["/id", "/price"].map(path).to_vec();
        let mut selector = Selector::new(rules(true), paths);
        let mut given = 0;
        let begin = std::time::Instant::now();
        for piece in text.chunks(1 << 20) {
            selector.push(piece, false, &Unwatched, &mut out).unwrap();
            given += out.len();
            out.clear();
        }
        let seconds = begin.elapsed().as_secs_f64();
        let rate = text.len() as f64 / seconds / 1e9;
        println!("{} bytes, {rate:.2} GB/s, {given} out", text.len());
    }
}
