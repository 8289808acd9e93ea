//! How long each step takes, and a line on the progress on a terminal.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a run may take before the line is written.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written again.
const PACE: Duration = Duration::from_millis(250);

/// The steps of a run, in order.
#[derive(Default)]
pub struct Timings {
    steps: RefCell<Vec<(&'static str, Duration)>>,
    progress: Option<Progress>,
}

impl Timings {
    /// With a line on standard error when a run takes long, if that is a terminal.
    pub fn shown() -> Self {
        let stderr = std::io::stderr();
        Self {
            progress: stderr
                .is_terminal()
                .then(|| Progress::start(stderr, PATIENCE)),
            ..Self::default()
        }
    }

    /// Runs a step.
    pub fn step<T>(&self, name: &'static str, run: impl FnOnce() -> T) -> T {
        if let Some(progress) = &self.progress {
            progress.start_step(name);
        }
        let start = Instant::now();
        let result = run();
        self.steps.borrow_mut().push((name, start.elapsed()));
        result
    }

    /// Removes the line, so that output from now on is not mixed with it.
    pub fn end_progress(&mut self) {
        self.progress = None;
    }

    /// A line for each step, the sum, and what memory the process has taken at most, where that is known.
    pub fn text(&self) -> String {
        let mut text = String::from("Time:\n");
        let mut line = |name: &str, time: Duration| {
            let _ = writeln!(text, "  {:8.1} ms  {name}", time.as_secs_f64() * 1000.0);
        };
        let steps = self.steps.borrow();
        for (name, time) in steps.iter() {
            line(name, *time);
        }
        line("in all", steps.iter().map(|(_, time)| *time).sum());
        if let Some(peak) = peak_memory() {
            let _ = writeln!(text, "Memory: {} MB at most", peak.div_ceil(1024));
        }
        text
    }
}

/// The peak memory of the process in KiB, on Linux.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// A line that says which step is running, written by a thread of its own.
struct Progress {
    steps: Option<Sender<&'static str>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    fn start(out: impl Write + Send + 'static, patience: Duration) -> Self {
        let (steps, started) = channel();
        Self {
            steps: Some(steps),
            thread: Some(std::thread::spawn(move || show(out, &started, patience))),
        }
    }

    fn start_step(&self, name: &'static str) {
        if let Some(steps) = &self.steps {
            // Fails only if the thread has ended, and nothing is shown any more.
            let _ = steps.send(name);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.steps.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Writes the line until no further step can start, then removes it.
fn show(mut out: impl Write, started: &Receiver<&'static str>, patience: Duration) {
    let start = Instant::now();
    let (mut step, mut is_shown) = ("", false);
    loop {
        let wait = patience.saturating_sub(start.elapsed()).max(PACE);
        match started.recv_timeout(wait) {
            Ok(name) => step = name,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if start.elapsed() >= patience {
            is_shown = true;
            let _ = write!(
                out,
                "\r\x1b[K{step} … {:.1} s",
                start.elapsed().as_secs_f64()
            );
            let _ = out.flush();
        }
    }
    if is_shown {
        let _ = write!(out, "\r\x1b[K");
        let _ = out.flush();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn seen(patience: Duration) -> String {
        let screen = Screen::default();
        let timings = Timings {
            progress: Some(Progress::start(screen.clone(), patience)),
            ..Timings::default()
        };
        timings.step("merge", || ());
        timings.step("generate", || ());
        drop(timings);
        String::from_utf8(screen.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_is_written_when_it_takes_long_and_is_taken_back() {
        let line = seen(Duration::ZERO);
        assert!(line.contains("generate … 0."), "{line:?}");
        assert!(line.ends_with("\r\x1b[K"), "{line:?}");
        assert_eq!(seen(Duration::from_secs(3600)), "");
    }

    #[test]
    fn every_step_is_listed_with_the_sum() {
        let timings = Timings::default();
        assert_eq!(timings.step("merge", || 7), 7);
        timings.step("lower", || ());
        let text = timings.text();
        let names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once(" ms  "))
            .map(|(_, name)| name)
            .collect();
        assert_eq!(names, ["merge", "lower", "in all"]);
        if cfg!(target_os = "linux") {
            assert!(text.contains(" MB at most"), "{text}");
        }
    }
}
