//! Syncs and their schedules.

use serde_json::{Value, json};

use crate::emulator::connections::syncs::{self, Job};
use crate::emulator::rules::refusal::Refusal;

use super::admin::{connection, texts};
use super::respond::Call;
use super::{Api, State};

type Result<T = Value> = std::result::Result<T, Refusal>;

impl Api {
    pub(super) fn sync(&self, state: &mut State, call: &Call) -> Option<Result> {
        Some(match call.operation.id.as_str() {
            "sync_connection" => self.force_sync(state, call),
            "create_connection_on_demand_sync" => self.create_job(state, call),
            "get_connection_on_demand_sync" => self.job(state, call),
            "cancel_connection_on_demand_sync" => self.cancel_job(state, call),
            "toggle_schedule" => self.pause(state, call, Some(call.id())),
            "toggle_all_schedules" => self.pause(state, call, None),
            "update_disabled_functions" => self.disable(state, call),
            _ => return None,
        })
    }

    fn force_sync(&self, state: &mut State, call: &Call) -> Result {
        let now = self.now();
        let connection = connection(state, call)?;
        let wanted = texts(&call.body["functions_to_sync"]);
        let unknown = wanted
            .iter()
            .find(|function| !connection.schedules.contains_key(*function));
        if let Some(unknown) = unknown {
            let message = format!("{unknown} is no function of this connection.");
            return Err(Refusal::invalid("json", "functions_to_sync", &message));
        }
        let mut begun = Vec::new();
        for (function, schedule) in &mut connection.schedules {
            let is_wanted = wanted.is_empty() || wanted.contains(function);
            if is_wanted && schedule.force(now) && !wanted.is_empty() {
                begun.push(function.clone());
            }
        }
        Ok(json!({"id": connection.id, "syncing": true, "functions_to_sync": begun}))
    }

    fn create_job(&self, state: &mut State, call: &Call) -> Result {
        let now = self.now();
        let id = state.new_id("sync");
        let connection = connection(state, call)?;
        let function = call.body["function_name"].as_str().unwrap_or_default();
        if !syncs::is_enabled(function) || !connection.schedules.contains_key(function) {
            let message = format!("On-demand sync is not enabled for {function}");
            return Err(Refusal::new(400, &message));
        }
        let job = Job::new(
            id.clone(),
            &call.body,
            now,
            self.settings.sync_times.other,
            self.settings.stuck_syncs,
        );
        let json = job.to_json(&connection.id, now);
        connection.jobs.insert(id, job);
        Ok(json)
    }

    fn job(&self, state: &mut State, call: &Call) -> Result {
        let connection = connection(state, call)?;
        let job = connection
            .jobs
            .get(call.id())
            .ok_or_else(|| Refusal::not_found(call.id()))?;
        Ok(job.to_json(&connection.id, self.now()))
    }

    fn cancel_job(&self, state: &mut State, call: &Call) -> Result {
        let connection = connection(state, call)?;
        let job = connection
            .jobs
            .get_mut(call.id())
            .ok_or_else(|| Refusal::not_found(call.id()))?;
        match job.cancel(self.now()) {
            true => Ok(job.to_json(&connection.id, self.now())),
            false => Err(Refusal::new(400, "Only open jobs can be cancelled")),
        }
    }

    /// Pauses or resumes one schedule, or all of them.
    fn pause(&self, state: &mut State, call: &Call, function: Option<&str>) -> Result {
        let now = self.now();
        let pause = call.body["paused"].as_bool().unwrap_or_default();
        let connection = connection(state, call)?;
        if let Some(function) = function {
            let schedule = connection
                .schedules
                .get_mut(function)
                .ok_or_else(|| Refusal::not_found(function))?;
            schedule.pause(pause, now);
            return Ok(json!({"id": function, "object": "schedule", "updated": true}));
        }
        for schedule in connection.schedules.values_mut() {
            schedule.pause(pause, now);
        }
        Ok(json!({"id": connection.id, "object": "connection", "updated": true}))
    }

    /// Takes `disabled_functions` and `enabled_functions`, as magic links do: what this operation takes is not published.
    fn disable(&self, state: &mut State, call: &Call) -> Result {
        let now = self.now();
        let connection = connection(state, call)?;
        for (name, disable) in [("disabled_functions", true), ("enabled_functions", false)] {
            for action in texts(&call.body[name]) {
                connection.disable(&action, disable, now);
            }
        }
        Ok(json!({"id": connection.id, "disabled_functions": connection.disabled()}))
    }
}
