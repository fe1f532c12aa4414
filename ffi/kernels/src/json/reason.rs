//! The words of `INVALID_JSON`, the same in both engines.

pub const VALUE: &str = "expected a value";
pub const KEY: &str = "expected a key";
pub const COLON: &str = "expected ':'";
pub const MEMBER_END: &str = "expected ',' or '}'";
pub const ITEM_END: &str = "expected ',' or ']'";
pub const NUMBER: &str = "invalid number";
pub const LITERAL: &str = "invalid literal";
pub const ESCAPE: &str = "invalid escape";
pub const CONTROL: &str = "control character in string";
pub const STRING_END: &str = "unterminated string";
pub const LINE_END: &str = "unexpected end of line";
pub const INPUT_END: &str = "unexpected end of input";
pub const TRAILING: &str = "text after the value";
pub const BACKSLASH: &str = "backslash outside a string";
