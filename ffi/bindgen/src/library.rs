//! Looks for the symbols in a built library, as `Deno.dlopen` would.

use std::path::Path;

use crate::table::Symbol;

/// Errs with the symbols that the library does not export.
///
/// The names are searched in the file's bytes as zero-ended texts: the dynamic symbol table of ELF,
/// Mach-O and PE stores them so, and nothing of the library has to run.
pub fn check(file: &Path, symbols: &[Symbol]) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let missing: Vec<_> =
        symbols.iter().map(|symbol| symbol.name).filter(|name| !exports(&bytes, name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("{} does not export {}", file.display(), missing.join(", ")))
}

/// Whether `name` stands in `bytes` as a symbol's name: ended by a zero, begun by a zero or `_`.
fn exports(bytes: &[u8], name: &str) -> bool {
    let needle = [name.as_bytes(), b"\0"].concat();
    let mut windows = bytes.windows(needle.len()).enumerate();
    windows.any(|(at, window)| window == needle && at > 0 && matches!(bytes[at - 1], 0 | b'_'))
}

#[cfg(test)]
mod tests {
    use super::exports;

    #[test]
    fn exports_finds_whole_names_alone() {
        let bytes = b"x\0fp_hash_open\0_fp_info\0fp_reader_open_more\0";
        assert!(exports(bytes, "fp_hash_open"));
        assert!(exports(bytes, "fp_info"));
        assert!(!exports(bytes, "fp_hash"));
        assert!(!exports(bytes, "fp_reader_open"));
    }
}
