//! The checker against serde_json, and over every split of its input.

use super::Rules;
use super::checker::Checker;
use crate::fault::Error;

const RULES: Rules = Rules { max_depth: 100, lone_surrogates: true, lines: false };

pub(super) fn check(chunks: &[&[u8]], rules: Rules) -> Result<Vec<u8>, Error> {
    let mut checker = Checker::new(rules);
    let mut out = Vec::new();
    for chunk in chunks {
        checker.push(chunk, &mut out)?;
    }
    checker.finish().map(|()| out)
}

/// Texts from pieces that mean something.
fn texts(count: usize) -> impl Iterator<Item = Vec<u8>> {
    let pieces: [&[u8]; 41] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\"a\"",
        b"\"b\":",
        b"1",
        b"0",
        b"-",
        b".",
        b"e",
        b"E+",
        b"12.5e-3",
        b"true",
        b"false",
        b"null",
        b"tru",
        b" ",
        b"\n",
        b"\t",
        b"\r",
        b"\\u00e9",
        b"\\ud800",
        b"\\udc00",
        b"\\n",
        b"\\x",
        b"\xc3\xa9",
        b"\xc3",
        b"\x80",
        b"\xe2\x82\xac",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x98\x80",
        b"\xf5",
        b"\0",
        b"\x1f",
        b"[1,2]",
        b"{\"k\":[]}",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    (0..count).map(move |_| {
        let mut text = Vec::new();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let mut dice = state;
        for _ in 0..dice % 9 + 1 {
            dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            text.extend_from_slice(pieces[(dice >> 33) as usize % pieces.len()]);
        }
        text
    })
}

#[test]
fn checker_accepts_what_serde_json_accepts() {
    let mut accepted = 0;
    for text in texts(200_000) {
        let expected = serde_json::from_slice::<serde_json::Value>(&text);
        // serde_json refuses lone surrogates: its strings are UTF-8.
        let rules = Rules { lone_surrogates: false, ..RULES };
        let found = check(&[&text], rules);
        assert_eq!(found.is_ok(), expected.is_ok(), "{}", String::from_utf8_lossy(&text));
        accepted += u32::from(found.is_ok());
        if let (Ok(out), Ok(value)) = (&found, &expected) {
            assert_eq!(&serde_json::from_slice::<serde_json::Value>(out).unwrap(), value);
            assert_eq!(&check(&[out], rules).unwrap(), out);
        }
    }
    assert!(accepted > 2000, "{accepted}");
}

#[test]
fn checker_says_the_same_over_every_split() {
    for text in texts(20_000) {
        for lines in [false, true] {
            let rules = Rules { lines, ..RULES };
            let whole = check(&[&text], rules);
            for at in 0..=text.len() {
                let (front, rest) = text.split_at(at);
                assert_eq!(check(&[front, rest], rules), whole, "{at} of {text:?}");
            }
            let bytes: Vec<&[u8]> = text.chunks(1).collect();
            assert_eq!(check(&bytes, rules), whole, "{text:?}");
        }
    }
}

#[test]
fn checker_stops_at_its_depth() {
    let deep = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    assert!(check(&[&deep(100)], RULES).is_ok());
    let Err(Error::Fault(fault)) = check(&[&deep(101)], RULES) else { panic!("accepted") };
    assert_eq!((fault.code.name(), fault.byte_offset), ("DEPTH_EXCEEDED", 100));
    let rules = Rules { max_depth: 1 << 20, ..RULES };
    assert!(check(&[&deep(1 << 20)], rules).is_ok());
}
