//! Runs the work of an event.
//!
//! wasm-bindgen's own executor puts a task that was woken into a queue, which it works off a microtask later. That costs
//! about ten microseconds for each thing awaited, and the queue holds tasks of several events. So here a task that is
//! woken goes on at once, in its own event.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use js_sys::Promise;
use wasm_bindgen::JsValue;
use worker::send::SendWrapper;

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Starts work at once. Its result settles the promise.
pub(crate) fn promise(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let mut work = Some(work);
    let mut task = None;
    let promise = Promise::new(&mut |resolve, reject| {
        let Some(work) = work.take() else { return };
        let settle = async move {
            // Settling fails only if the promise is not one.
            let _ = match work.await {
                Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
            };
        };
        let boxed: Work = Box::pin(settle);
        let work = Mutex::new(Some(SendWrapper::new(boxed)));
        task = Some(Arc::new(Task { work, woken: AtomicBool::new(false) }));
    });
    if let Some(task) = task {
        task.wake();
    }
    promise
}

struct Task {
    /// None when it has ended.
    work: Mutex<Option<SendWrapper<Work>>>,
    woken: AtomicBool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Relaxed);
        while self.woken.load(Ordering::Relaxed) {
            // It is running, further out on this stack: it goes on there.
            let Ok(mut work) = self.work.try_lock() else { return };
            self.woken.store(false, Ordering::Relaxed);
            let Some(future) = work.as_mut() else { return };
            let waker = Waker::from(self.clone());
            let ended = future.0.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
            if ended {
                *work = None;
            }
        }
    }
}
