//! Marks the library as one that stays loaded. Deno closes it with the program's last isolate that
//! opened it, while threads that ran its calls still have to run the destructors of its thread
//! locals when they end: without the mark that is a jump into memory that is gone.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
