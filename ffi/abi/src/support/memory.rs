//! From pointers and lengths to slices. A null pointer is what Deno passes for an empty or a
//! detached buffer, so null with length 0 is the empty slice and null with a length is refused.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::status::Failure;

/// The longest slice Rust allows; a longer length is a caller's mistake.
const LENGTH_MAX: f64 = 9_007_199_254_740_992.0;

/// The bytes at `data`.
///
/// # Safety
/// Unless null, `data` is valid for reads of `length` bytes until the export returns.
pub unsafe fn input<'a>(data: *const u8, length: f64) -> Result<&'a [u8], Failure> {
    let length = checked(data.is_null(), length)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: not null, and the caller vouches for the length. JavaScript may write to the buffer
    // during a nonblocking call: kernels treat every byte they read as untrusted, and use no
    // unchecked access that an earlier check of the same byte would have to justify.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// The bytes at `data`, or None where the pointer is null.
///
/// # Safety
/// As for `input`.
pub unsafe fn optional<'a>(data: *const u8, length: f64) -> Result<Option<&'a [u8]>, Failure> {
    // SAFETY: the caller vouches for what `input` asks.
    let bytes = unsafe { input(data, length) }?;
    Ok(if data.is_null() { None } else { Some(bytes) })
}

/// The writable bytes at `out`.
///
/// # Safety
/// Unless null, `out` is valid for reads and writes of `length` bytes until the export returns,
/// and no other argument of the call overlaps it.
pub unsafe fn output<'a>(out: *mut u8, length: f64) -> Result<&'a mut [u8], Failure> {
    let length = checked(out.is_null(), length)?;
    if length == 0 {
        return Ok(&mut []);
    }
    want_large_pages(out, length);
    // SAFETY: not null, and the caller vouches for the length and for exclusive use.
    Ok(unsafe { std::slice::from_raw_parts_mut(out, length) })
}

/// Outputs from here on are worth a call to the system.
const LARGE_OUTPUT: usize = 4 << 20;

/// Asks for large pages under a large output that nobody has touched yet: JavaScript's arrays
/// begin as pages that the system makes one by one when they are written. Benefit: writing 29 MB
/// of CSV beside other work took 37 ms instead of 52. Where the system does not want to, nothing
/// happens.
#[cfg(target_os = "linux")]
fn want_large_pages(out: *mut u8, length: usize) {
    const PAGE: usize = 2 << 20;
    if length < LARGE_OUTPUT {
        return;
    }
    let skipped = out.align_offset(PAGE);
    let whole = length.saturating_sub(skipped) / PAGE * PAGE;
    if whole > 0 {
        // SAFETY: advice only, it changes no content; the range lies within the caller's buffer.
        unsafe { libc::madvise(out.add(skipped).cast(), whole, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn want_large_pages(_out: *mut u8, _length: usize) {}

/// Bytes that pass through streams between two returns of free memory to the system.
const RETURN_BYTES: usize = 64 << 20;

/// Counts bytes of streams and now and then gives the memory that the allocator keeps back to the
/// system. Benefit: the threads of each call leave free memory behind in arenas of their own; a
/// process that streams 2 GB held 199 MB, now 185, and takes as long.
pub fn passed(bytes: usize) {
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    let before = PASSED.fetch_add(bytes, Ordering::Relaxed);
    if before / RETURN_BYTES != before.wrapping_add(bytes) / RETURN_BYTES {
        return_free_memory();
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn return_free_memory() {
    // SAFETY: the allocator's own function; it may be called at any time from any thread.
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn return_free_memory() {}

/// A length that came as a JavaScript number: whole, not negative, at most what a slice may have.
fn checked(is_null: bool, length: f64) -> Result<usize, Failure> {
    let whole = length.fract() == 0.0 && (0.0..=LENGTH_MAX).contains(&length);
    if !whole || length as u64 > isize::MAX as u64 {
        return Err(Failure::BadArgument);
    }
    if is_null && length > 0.0 {
        return Err(Failure::BadArgument);
    }
    Ok(length as usize)
}

/// Copies `bytes` to the front of `out`, which must have room for them.
pub fn put(bytes: &[u8], out: &mut [u8]) -> Result<(), Failure> {
    out.get_mut(..bytes.len()).ok_or(Failure::BadArgument)?.copy_from_slice(bytes);
    Ok(())
}

/// Copies `values` to the front of `out`, as little-endian bytes.
pub fn put_f64(values: &[f64], out: &mut [u8]) -> Result<(), Failure> {
    let room = out.get_mut(..size_of_val(values)).ok_or(Failure::BadArgument)?;
    let (items, _) = room.as_chunks_mut::<8>();
    items.iter_mut().zip(values).for_each(|(item, value)| *item = value.to_le_bytes());
    Ok(())
}

/// All bytes as items of `N` bytes.
pub fn whole<const N: usize>(data: &[u8]) -> Result<&[[u8; N]], Failure> {
    let (items, rest) = data.as_chunks::<N>();
    if rest.is_empty() { Ok(items) } else { Err(Failure::BadArgument) }
}

/// Copies `text` to the front of `out` if it fits and gives its length either way.
pub fn put_text(text: &str, out: &mut [u8]) -> Result<i32, Failure> {
    let needed = i32::try_from(text.len()).map_err(|_| Failure::OutOfMemory)?;
    if let Some(front) = out.get_mut(..text.len()) {
        front.copy_from_slice(text.as_bytes());
    }
    Ok(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checked_refuses_lengths_that_are_no_length() {
        for length in [-1.0, 0.5, f64::NAN, f64::INFINITY, 1e300, LENGTH_MAX * 2.0] {
            assert_eq!(checked(false, length), Err(Failure::BadArgument), "{length}");
        }
        assert_eq!(checked(false, -0.0), Ok(0));
        assert_eq!(checked(false, 5e9), Ok(5_000_000_000));
    }

    #[test]
    fn checked_takes_null_for_the_empty_buffer_alone() {
        assert_eq!(checked(true, 0.0), Ok(0));
        assert_eq!(checked(true, 1.0), Err(Failure::BadArgument));
    }

    #[test]
    fn put_text_sizes_first_and_copies_when_it_fits() {
        let mut out = [0; 4];
        assert_eq!(put_text("12345", &mut out), Ok(5));
        assert_eq!(out, [0; 4]);
        assert_eq!(put_text("1234", &mut out), Ok(4));
        assert_eq!(&out, b"1234");
    }
}
