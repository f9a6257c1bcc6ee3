//! 中断: Ctrl-C.

use crate::base::Stop;
use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// The exit code of a run that was ended at once: 128 + SIGINT, as shells have it.
const AT_ONCE: i32 = 130;

/// 中断を受け取る. The first Ctrl-C asks, and the run ends where everything it made is whole; the second ends the process at once,
/// like a power cut, which the next run recovers from. Returns whether the system agreed; where it does not, the first one ends it.
pub fn on_interrupt(stop: &Stop) -> bool {
    // What is registered first looks first: at the first Ctrl-C nobody has asked yet.
    flag::register_conditional_shutdown(SIGINT, AT_ONCE, stop.flag()).and_then(|_| flag::register(SIGINT, stop.flag())).is_ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_first_one_asks() {
        let stop = Stop::default();
        assert!(on_interrupt(&stop) && !stop.is_asked());
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::INT).expect("sent");
        // A signal to the process is delivered to one of its threads, not necessarily to this one before the call returns.
        let since = std::time::Instant::now();
        while !stop.is_asked() && since.elapsed().as_secs() < 10 {
            std::thread::yield_now();
        }
        assert!(stop.is_asked());
    }
}
