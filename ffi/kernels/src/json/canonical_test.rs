//! The canonical form against the RFC's own cases, and the order of faults.

use super::Rules;
use super::canonical::print;
use crate::control::Unwatched;
use crate::fault::{Code, Error};

const RULES: Rules = Rules { max_depth: 1024, lone_surrogates: true, lines: false };

fn canonical(text: &str) -> Result<String, Error> {
    let mut out = Vec::new();
    print(text.as_bytes(), RULES, &Unwatched, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// Those of RFC 8785, 3.2.2 to 3.2.4, and our own of its rules.
#[test]
fn documents_have_one_form() {
    let cases = [
        (
            r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
        ),
        (
            r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#,
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}",
        ),
        (
            "\u{feff} [ {} , [ ] , -0 , -0.0, 0.0, 1.10, 0.000001, 0.0000001 ] ",
            "[{},[],0,0,0,1.1,0.000001,1e-7]",
        ),
        (
            r#"{"b":{"z":[{"d":1,"c":2}],"y":{}},"a":9007199254740993}"#,
            r#"{"a":9007199254740992,"b":{"y":{},"z":[{"c":2,"d":1}]}}"#,
        ),
        ("\"\u{7f}\"", "\"\u{7f}\""),
    ];
    for (text, wanted) in cases {
        assert_eq!(canonical(text).unwrap(), wanted, "{text}");
    }
}

#[test]
fn the_first_fault_of_the_text_counts() {
    let cases = [
        (r#"{"a":{"x":1,"x":2},"a":1e999}"#, Code::DuplicateKey, 12),
        (r#"{"a":-1e999,"a":1}"#, Code::NumberTooLarge, 5),
        (r#"{"b":1,"a":2,"\u0062":3,"a":4}"#, Code::DuplicateKey, 13),
        (r#"{"a":1,"a":2"#, Code::InvalidJson, 12),
    ];
    for (text, code, at) in cases {
        let Err(Error::Fault(fault)) = canonical(text) else { panic!("{text}") };
        assert_eq!((fault.code, fault.byte_offset), (code, at), "{text}");
    }
}
