//! A panic on demand, for the tests of the boundary. Off by default: a test checks that the shipped
//! library does not contain the magic text.

/// Panics if this is the probing build and `data` begins with the magic text.
#[inline(always)]
pub fn probe(data: &[u8]) {
    #[cfg(feature = "panic-probe")]
    if data.starts_with(b"fastpath-panic-probe!") {
        panic!("provoked by the test");
    }
    #[cfg(not(feature = "panic-probe"))]
    let _ = data;
}
