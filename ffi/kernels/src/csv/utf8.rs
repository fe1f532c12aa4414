//! Which bytes of a growing buffer are whole, valid UTF-8.

/// Length of the valid start of `bytes`, and whether a fault follows it. Bytes that may be the
/// beginning of a character are neither, unless nothing follows (`last`).
pub(super) fn valid_prefix(bytes: &[u8], last: bool) -> (usize, bool) {
    let whole = if last { bytes.len() } else { bytes.len() - unfinished(bytes) };
    // The basic check is the faster one, the other knows the place.
    if simdutf8::basic::from_utf8(&bytes[..whole]).is_ok() {
        return (whole, false);
    }
    match simdutf8::compat::from_utf8(&bytes[..whole]) {
        Ok(_) => (whole, false),
        Err(error) => (error.valid_up_to(), true),
    }
}

/// How many bytes at the end begin a character that is not complete.
fn unfinished(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let needed = match bytes[bytes.len() - back] {
            0x80..=0xBF => continue,
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xFF => 4,
            _ => return 0,
        };
        return if needed > back { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_prefix_waits_for_the_rest_of_a_character() {
        let text = "aé€😀".as_bytes();
        // Ends of the characters: 1, 3, 6, 10.
        let ends = [0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10];
        for (cut, &end) in ends.iter().enumerate() {
            assert_eq!(valid_prefix(&text[..cut], false), (end, false), "cut at {cut}");
            assert_eq!(valid_prefix(&text[..cut], true), (end, cut != end), "cut at {cut}");
        }
    }

    #[test]
    fn valid_prefix_finds_the_start_of_an_ill_formed_sequence() {
        for (bytes, at) in [
            (&b"ab\xffcd"[..], 2),
            (b"ab\xc3(cd", 2),
            (b"\x80abc", 0),
            (b"ab\xed\xa0\x80cd", 2),
            (b"ab\xc0\xafcd", 2),
            (b"ab\xf4\x90\x80\x80cd", 2),
        ] {
            assert_eq!(valid_prefix(bytes, false), (at, true), "{bytes:x?}");
            assert_eq!(valid_prefix(bytes, true), (at, true), "{bytes:x?}");
        }
    }
}
