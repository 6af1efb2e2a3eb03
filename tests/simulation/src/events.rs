//! How the events of one service wait for each other under simulation: as tasks, which end when the service stops.

use contracts::Service;
use platform::{Boxed, Events, Wake};

use crate::core::{Core, slot};

/// How the events of one service wait for each other.
pub(crate) struct ServiceEvents {
    pub(crate) core: Core,
    pub(crate) service: Service,
}

impl Events for ServiceEvents {
    fn pause(&self) -> (Wake, Boxed<'static, ()>) {
        let (filler, ended) = slot();
        let ended = async move {
            // It is also over when nobody can end it any more.
            let _: Option<()> = ended.await;
        };
        (Box::new(move || filler.fill(())), Box::pin(ended))
    }

    fn keep(&self, work: Boxed<'static, ()>) -> Boxed<'static, ()> {
        self.core.spawn(Some(self.service), work);
        Box::pin(std::future::ready(()))
    }

    fn linger(&self, _: usize) -> Option<Boxed<'static, ()>> {
        let lingers = self.core.with_random(|random| random.chance(500));
        lingers.then(|| -> Boxed<'static, ()> { Box::pin(self.core.pause()) })
    }

    fn now_ms(&self) -> i64 {
        self.core.now_ms(Some(self.service))
    }
}
