//! The commands of psql: where one ends, and what it does to the statements that psql holds and has
//! not sent. The twin of `src/schema/_lexer_psql.ts`, which names the sources of the rules.

use memchr::memchr;

use super::marks::{Class, class, end_of_word};

/// What a command does to the statements that psql holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Send,
    /// The server is asked, and no data are read.
    Describe,
    Drop,
    /// Data are read from the lines behind.
    Copy,
    If,
    Else,
    Endif,
    None,
}

/// A command of psql.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    pub effect: Effect,
    /// Behind its arguments: a backslash or the line's end.
    pub end: usize,
    /// Where SQL or the next command begins: `\\` ends a command.
    pub next: usize,
}

fn effect_of(name: &[u8]) -> Effect {
    match name {
        b"g" | b"gx" | b"gexec" | b"gset" | b"crosstabview" | b"parse" | b"sendpipeline" => {
            Effect::Send
        }
        b"gdesc" | b"watch" => Effect::Describe,
        b"r" | b"reset" => Effect::Drop,
        b"if" => Effect::If,
        b"elif" | b"else" => Effect::Else,
        b"endif" => Effect::Endif,
        _ => Effect::None,
    }
}

/// The command whose backslash stands at a byte.
pub fn command_at(bytes: &[u8], at: usize) -> Command {
    let rest = &bytes[at + 1..];
    let is_end = |&byte: &u8| class(byte) == Class::Space || byte == b'\\';
    let length = rest.iter().position(is_end).unwrap_or(rest.len());
    let (name, from) = (&rest[..length], at + 1 + length);
    // psql tells small letters from large ones everywhere but here.
    let is_copy = name.eq_ignore_ascii_case(b"copy");
    // These take the whole line: no backslash ends them.
    if is_copy || matches!(name, b"" | b"!" | b"ef" | b"ev" | b"h" | b"help" | b"sf" | b"sv") {
        let end = end_of_line(bytes, from);
        let reads = is_copy && reads_data(&bytes[from..end]);
        let effect = if reads { Effect::Copy } else { Effect::None };
        return Command { effect, end, next: end };
    }
    let is_piping = matches!(name, b"g" | b"gx" | b"o" | b"out" | b"w");
    let end = end_of_arguments(bytes, from, is_piping);
    let is_ended = bytes[end..].starts_with(b"\\\\");
    Command { effect: effect_of(name), end, next: if is_ended { end + 2 } else { end } }
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |found| from + found)
}

/// The next backslash outside of quotes, or the line's end.
fn end_of_arguments(bytes: &[u8], from: usize, is_piping: bool) -> usize {
    let mut at = from;
    let mut is_start = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\\' => return at,
            b'|' if is_piping && is_start => return end_of_line(bytes, at),
            b'\'' | b'"' | b'`' => at = end_of_quoted(bytes, at),
            _ => at += 1,
        }
        is_start = class(byte) == Class::Space;
    }
    at
}

/// Behind a quoted argument; one that is not closed takes its line.
fn end_of_quoted(bytes: &[u8], opens: usize) -> usize {
    let quote = bytes[opens];
    let mut at = opens + 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\n' {
            return at;
        }
        if byte == quote {
            return at + 1;
        }
        let escapes = quote == b'\'' && byte == b'\\' && bytes.get(at + 1) != Some(&b'\n');
        at += if escapes { 2 } else { 1 };
    }
    bytes.len()
}

/// Whether a `\copy` with these arguments reads the lines behind it: the first `from` outside of
/// quotes and parentheses is that of the command.
fn reads_data(args: &[u8]) -> bool {
    let mut depth = 0;
    let mut at = 0;
    while let Some(&byte) = args.get(at) {
        match class(byte) {
            Class::Quote | Class::Double => {
                let Some(closes) = memchr(byte, &args[at + 1..]) else { return false };
                at += closes + 2;
                continue;
            }
            Class::Letter => {
                let end = end_of_word(args, at);
                if depth == 0 && args[at..end].eq_ignore_ascii_case(b"from") {
                    return is_stdin(&args[end..]);
                }
                at = end;
                continue;
            }
            Class::Open => depth += 1,
            Class::Close => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    false
}

/// `stdin` or `pstdin`, behind which a space, a semicolon or nothing stands.
fn is_stdin(rest: &[u8]) -> bool {
    let is_space = |&byte: &u8| class(byte) == Class::Space;
    let Some(at) = rest.iter().position(|byte| !is_space(byte)) else { return false };
    let end = end_of_word(rest, at);
    let word = &rest[at..end];
    let is_end = rest.get(end).is_none_or(|byte| *byte == b';' || is_space(byte));
    let names: [&[u8]; 2] = [b"stdin", b"pstdin"];
    at > 0 && is_end && names.iter().any(|name| word.eq_ignore_ascii_case(name))
}
