//! Runs that this process is at work on: their state for those who watch, and how to stop them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::watch;

use crate::store::runs::Model;

/// A run in this process.
#[derive(Clone)]
pub(crate) struct Handle {
    cancelled: Arc<AtomicBool>,
    state: Arc<watch::Sender<Model>>,
}

impl Handle {
    fn new(run: Model) -> Self {
        Self { cancelled: Arc::default(), state: Arc::new(watch::Sender::new(run)) }
    }

    /// Asks the run to stop.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// The flag that the engine looks at.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        self.cancelled.clone()
    }

    /// The run as it stands, and every change from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<Model> {
        self.state.subscribe()
    }

    /// Says how the run now stands.
    pub(crate) fn say(&self, run: &Model) {
        self.state.send_replace(run.clone());
    }

    /// Says how far the run has come.
    pub(crate) fn say_progress(&self, progress_ppm: i64) {
        self.state.send_modify(|run| run.progress_ppm = run.progress_ppm.max(progress_ppm));
    }

    /// How far the run has come.
    pub(crate) fn progress_ppm(&self) -> i64 {
        self.state.borrow().progress_ppm
    }
}

/// All runs of this process.
#[derive(Clone, Default)]
pub(crate) struct Registry(Arc<Mutex<HashMap<String, Handle>>>);

impl Registry {
    /// Adds a run.
    pub(crate) fn add(&self, run: Model) -> Handle {
        let id = run.run_id.clone();
        let handle = Handle::new(run);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, handle.clone());
        handle
    }

    /// The handle of a run that this process is at work on.
    pub(crate) fn get(&self, run_id: &str) -> Option<Handle> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(run_id).cloned()
    }

    /// Forgets a run that has ended; those who watch it still hear its last state.
    pub(crate) fn remove(&self, run_id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(run_id);
    }
}
