//! Lines of manifests, as coreutils' programs write and check them.

use super::Out;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The text of a byte that is escaped.
fn escaped(byte: u8) -> Option<&'static [u8; 2]> {
    match byte {
        b'\\' => Some(b"\\\\"),
        b'\n' => Some(b"\\n"),
        b'\r' => Some(b"\\r"),
        _ => None,
    }
}

/// Whether a name has a byte that is escaped.
fn is_escaped(path: &str) -> bool {
    memchr::memchr3(b'\\', b'\n', b'\r', path.as_bytes()).is_some()
}

/// Bytes of a line with so many hexadecimal digits.
pub(super) fn line_length(hex: usize, path: &str) -> usize {
    let plain = hex + 2 + path.len() + 1;
    if !is_escaped(path) {
        return plain;
    }
    1 + plain + path.bytes().filter(|&byte| escaped(byte).is_some()).count()
}

/// Writes `HEX  PATH`. A name with a backslash or the end of a line is escaped, and a backslash
/// before the digest says so.
pub(super) fn put_line(out: &mut Out<'_>, digest: &[u8], path: &str) {
    let is_escaped = is_escaped(path);
    if is_escaped {
        out.put(b"\\");
    }
    let (pairs, _) = out.take(2 * digest.len()).as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(digest) {
        *pair = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
    }
    out.put(b"  ");
    if is_escaped {
        for byte in path.bytes() {
            out.put(escaped(byte).map_or(&[byte][..], |pair| pair));
        }
    } else {
        out.put(path.as_bytes());
    }
    out.put(b"\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_line_escapes_as_coreutils_do() {
        let line = |path: &str| {
            let mut out = vec![0; line_length(4, path)];
            put_line(&mut Out(&mut out), &[0x0f, 0xa0], path);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(line("a b"), "0fa0  a b\n");
        assert_eq!(line("a\nb\\c\rd"), "\\0fa0  a\\nb\\\\c\\rd\n");
    }
}
