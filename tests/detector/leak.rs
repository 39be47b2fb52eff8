//! Leaks on purpose, and panics at the worst moment: so that it is known that the search finds what is there.

use std::cell::RefCell;
use std::hint::black_box;

use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::search::MASK;

/// Leaves a secret behind, in one of the places where they are left.
pub fn leak(how: &str, masked: &[u8]) -> Value {
    let unmasked = || masked.iter().map(|byte| byte ^ MASK).collect::<Vec<u8>>();
    match how {
        "heap" => drop(black_box(Box::leak(unmasked().into_boxed_slice()))),
        "freed heap" => drop(black_box(unmasked())),
        "stack" => on_the_stack(masked),
        other => panic!("no such leak: {other}"),
    }
    json!({ "leaked": how })
}

/// In a frame that is gone afterwards, and large enough that what is called next leaves its end alone.
#[inline(never)]
fn on_the_stack(masked: &[u8]) {
    let mut frame = [0_u8; 256 * 1024];
    for (byte, masked) in frame.iter_mut().zip(masked) {
        *byte = masked ^ MASK;
    }
    black_box(&mut frame);
}

thread_local! {
    /// Where a connection is to panic, by the port.
    static PANICS_AT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether the next connection to a port panics.
pub fn arm(port: Option<&str>) {
    PANICS_AT.set(port.map(str::to_owned));
}

/// Lets the log line of a library panic that says that it connects: the request is there then, and waits.
pub fn panic_on_demand() {
    std::panic::set_hook(Box::new(|_| {}));
    tracing_subscriber::registry().with(Trap).init();
}

struct Trap;

impl<S: Subscriber> Layer<S> for Trap {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "hyper_util::client::legacy::connect::http" {
            return;
        }
        let mut said = Said(String::new());
        event.record(&mut said);
        let springs = PANICS_AT.with_borrow(|port| port.as_ref().is_some_and(|port| said.0.contains(port)));
        if springs {
            arm(None);
            panic!("as was asked");
        }
    }
}

struct Said(String);

impl Visit for Said {
    fn record_debug(&mut self, _: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!("{value:?} ");
    }
}
