//! Writes the symbol table of the C ABI for `Deno.dlopen`, from deno_bindgen's inventory of the
//! exports in `ffi/abi/src/exports/`.
//!
//! Usage: fastpath-bindgen ROOT [--check] [--library FILE]
//! Without flags it writes `ffi/symbols.ts` and `ffi/abi/src/support/symbols_hash.rs` below ROOT.
//! `--check` compares instead; `--library` looks for each symbol in a built library.

mod library;
mod table;

// The exports as they are, compiled with the feature `bindgen`.
#[path = "../../abi/src/exports/mod.rs"]
#[allow(dead_code, unused_unsafe)]
mod exports;
#[path = "../../abi/src/support/mod.rs"]
#[allow(dead_code)]
mod support;

use std::path::Path;
use std::process::ExitCode;

const TABLE_PATH: &str = "ffi/symbols.ts";
const HASH_PATH: &str = "ffi/abi/src/support/symbols_hash.rs";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(line) => {
            eprintln!("{line}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<String, String> {
    let (root, flags) = args.split_first().ok_or("usage: fastpath-bindgen ROOT [--check]")?;
    let root = Path::new(root);
    let symbols = table::symbols()?;
    let hash = table::hash(&symbols);
    let files = [
        (TABLE_PATH, table::typescript(&symbols, exports::fp_abi_version(), hash)),
        (HASH_PATH, table::rust(hash)),
    ];
    if let Some(at) = flags.iter().position(|flag| flag == "--library") {
        let file = flags.get(at + 1).ok_or("--library needs a file")?;
        library::check(Path::new(file), &symbols)?;
    }
    for (name, text) in &files {
        let path = root.join(name);
        let differs = std::fs::read_to_string(&path).ok().as_deref() != Some(text);
        if differs && flags.iter().any(|flag| flag == "--check") {
            return Err(format!("{name} is out of date: run deno task bindgen"));
        }
        if differs {
            std::fs::write(&path, text).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    Ok(format!("{} symbols, hash {hash:#010x}", symbols.len()))
}
