//! The C ABI of fastpath, as `Deno.dlopen` sees it. Every export checks its pointers and lengths,
//! runs its kernel inside `catch_unwind` and returns a status; kernels never see a raw pointer.
//! Nothing is computed here. The reasons stand in `docs/boundary.md`.

mod exports;
mod support;

#[cfg(test)]
mod tests;
