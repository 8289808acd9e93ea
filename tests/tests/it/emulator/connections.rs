//! Connections: link tokens, magic links, sandboxes, what they can do, and their ends.

use std::time::Duration;

use serde_json::{Value, json};
use trackstar_api::Client;
use trackstar_api::emulator::Emulator;
use trackstar_api::types::{ExchangeInput, LinkTokenInput, UpdateConnection};

use super::{SetClock, an_order, call, client, get, ids, send_as, unlimited, write};

async fn link_token(emulator: &Emulator, body: Value) -> String {
    let sent = call(emulator, "POST", "/link/token", body).await;
    sent.body["link_token"].as_str().unwrap().to_owned()
}

async fn exchange(emulator: &Emulator, code: &str) -> super::Sent {
    call(
        emulator,
        "POST",
        "/link/exchange",
        json!({"auth_code": code}),
    )
    .await
}

/// A new connection: its id and its access token.
async fn installed(emulator: &Emulator) -> (String, String) {
    let token = link_token(emulator, json!({})).await;
    let code = emulator.finish_link(&token, "wms", "sandbox").unwrap();
    let exchanged = exchange(emulator, &code).await.body;
    let text = |name: &str| exchanged[name].as_str().unwrap().to_owned();
    (text("connection_id"), text("access_token"))
}

#[tokio::test]
async fn a_link_token_becomes_a_connection() {
    let emulator = unlimited().start().await.unwrap();
    let token = link_token(&emulator, json!({"customer_id": "customer-1"})).await;
    let finished = get(
        &emulator,
        &format!("/_emulator/link/{token}?integration_type=cart"),
    )
    .await;
    let code = finished.body["auth_code"].as_str().unwrap();
    let exchanged = exchange(&emulator, code).await.body;
    assert_eq!(exchanged["customer_id"], "customer-1");
    let actions = exchanged["available_actions"].as_array().unwrap();
    assert!(actions.contains(&json!("refund_order")), "{actions:?}");
    let id = exchanged["connection_id"].as_str().unwrap();
    assert!(emulator.connections().iter().any(|other| other == id));
    let listed = get(&emulator, &format!("/connections/{id}")).await.body;
    assert_eq!(listed["data"][0]["integration_type"], "cart");
}

#[tokio::test]
async fn link_tokens_and_codes_work_once_and_expire() {
    let clock = SetClock::new();
    let emulator = unlimited().clock(clock.read()).start().await.unwrap();
    let token = link_token(&emulator, json!({})).await;
    let code = emulator.finish_link(&token, "wms", "sandbox").unwrap();
    assert!(emulator.finish_link(&token, "wms", "sandbox").is_err());
    assert_eq!(exchange(&emulator, &code).await.status, 200);
    assert_eq!(exchange(&emulator, &code).await.status, 400);
    let token = link_token(&emulator, json!({})).await;
    let code = emulator.finish_link(&token, "wms", "sandbox").unwrap();
    let late = link_token(&emulator, json!({})).await;
    clock.advance(60 * 60);
    assert_eq!(exchange(&emulator, &code).await.status, 400);
    assert!(emulator.finish_link(&late, "wms", "sandbox").is_err());
}

#[tokio::test]
async fn a_connection_that_is_installed_anew_keeps_its_token() {
    let emulator = unlimited().start().await.unwrap();
    let (id, access_token) = installed(&emulator).await;
    let token = link_token(&emulator, json!({"connection_id": id})).await;
    let code = emulator.finish_link(&token, "wms", "sandbox").unwrap();
    let again = exchange(&emulator, &code).await.body;
    assert_eq!(again["connection_id"], id);
    assert_eq!(again["access_token"], access_token);
}

#[tokio::test]
async fn each_connection_has_its_own_records() {
    let emulator = unlimited()
        .initial_sync(Duration::ZERO)
        .start()
        .await
        .unwrap();
    let (id, token) = installed(&emulator).await;
    let written = send_as(&emulator, &token, "POST", "/wms/orders", &an_order()).await;
    let order = written.body["id"].as_str().unwrap();
    let path = format!("/wms/orders/{order}");
    assert_eq!(get(&emulator, &path).await.status, 404);
    let own = send_as(&emulator, &token, "GET", &path, &Value::Null).await;
    assert_eq!(own.status, 200);
    let records = emulator.connection(&id);
    assert_eq!(records.access_token(), Some(token));
    assert_eq!(
        records.record("wms/orders", order).unwrap()["order_number"],
        "1042"
    );
}

#[tokio::test]
async fn a_new_connection_reads_as_empty_until_its_first_sync_has_ended() {
    let clock = SetClock::new();
    let emulator = unlimited()
        .clock(clock.read())
        .initial_sync(Duration::from_secs(600));
    let emulator = emulator.start().await.unwrap();
    let (id, token) = installed(&emulator).await;
    let orders = || send_as(&emulator, &token, "GET", "/wms/orders", &Value::Null);
    let schedules = async || {
        let connection = get(&emulator, &format!("/connections/{id}")).await.body;
        let schedule = connection["data"][0]["sync_schedules"][0]["sync_status"].clone();
        (
            schedule,
            connection["data"][0]["historical_sync_completed"]["get_orders"].clone(),
        )
    };
    assert_eq!(
        orders().await.body,
        json!({"data": [], "next_token": null, "total_count": 0})
    );
    assert_eq!(
        schedules().await,
        (json!("first_sync_in_progress"), json!(false))
    );
    clock.advance(600);
    assert_eq!(ids(&orders().await.body).len(), 20);
    assert_eq!(schedules().await, (json!("enabled"), json!(true)));
}

#[tokio::test]
async fn a_magic_link_has_the_days_that_it_is_given_and_is_listed_until_it_is_deleted() {
    let clock = SetClock::new();
    let emulator = unlimited().clock(clock.read()).start().await.unwrap();
    let body = json!({"customer_id": "customer-1", "link_duration": 2, "integration_type": "cart"});
    let created = call(&emulator, "POST", "/magic-links", body).await.body;
    let link = &created["magic_link"];
    assert_eq!(link["expires_at"], "2027-01-17T08:00:00Z");
    let id = link["id"].as_str().unwrap();
    let found = get(&emulator, &format!("/magic-links/{id}")).await.body;
    assert_eq!(&found["magic_link"], link);
    let listed = get(&emulator, "/magic-links").await.body;
    assert!(listed["magic_links"].as_array().unwrap().contains(link));
    let connection = emulator.open_magic_link(id).unwrap();
    let connection = get(&emulator, &format!("/connections/{connection}"))
        .await
        .body;
    assert_eq!(connection["data"][0]["customer_id"], "customer-1");
    assert_eq!(connection["data"][0]["integration_type"], "cart");
    clock.advance(3 * 24 * 60 * 60);
    assert!(emulator.open_magic_link(id).is_err());
    let deleted = call(
        &emulator,
        "DELETE",
        &format!("/magic-links/{id}"),
        Value::Null,
    )
    .await;
    assert_eq!(deleted.body["deleted"], true);
    assert_eq!(
        get(&emulator, &format!("/magic-links/{id}")).await.status,
        404
    );
}

#[tokio::test]
async fn a_magic_link_disables_functions_of_its_connection() {
    let emulator = unlimited().start().await.unwrap();
    let body = json!({"disabled_functions": ["get_orders", "create_order"], "enabled_functions": ["create_order"]});
    let created = call(&emulator, "POST", "/magic-links", body).await.body;
    let id = created["magic_link"]["id"].as_str().unwrap();
    let connection = emulator.open_magic_link(id).unwrap();
    let connection = get(&emulator, &format!("/connections/{connection}"))
        .await
        .body;
    let actions = connection["data"][0]["available_actions"]
        .as_array()
        .unwrap();
    assert!(!actions.contains(&json!("get_orders")));
    assert!(actions.contains(&json!("create_order")));
}

#[tokio::test]
async fn a_sandbox_is_the_same_connection_each_time_with_its_records_as_they_were() {
    let emulator = unlimited()
        .initial_sync(Duration::ZERO)
        .start()
        .await
        .unwrap();
    let path = "/sandbox/generate-sandbox/wms";
    let sandbox = call(&emulator, "POST", path, Value::Null).await.body;
    let token = sandbox["access_token"].as_str().unwrap();
    let order = send_as(&emulator, token, "POST", "/wms/orders", &an_order())
        .await
        .body;
    let order = format!("/wms/orders/{}", order["id"].as_str().unwrap());
    let again = call(&emulator, "POST", path, Value::Null).await.body;
    assert_eq!(again, sandbox);
    assert_eq!(
        send_as(&emulator, token, "GET", &order, &Value::Null)
            .await
            .status,
        404
    );
    let unknown = call(
        &emulator,
        "POST",
        "/sandbox/generate-sandbox/else",
        Value::Null,
    )
    .await;
    assert_eq!((unknown.status, &unknown.body["id"]), (404, &json!("else")));
}

#[tokio::test]
async fn a_sandbox_simulates_what_happens_in_a_connected_system() {
    let emulator = unlimited().start().await.unwrap();
    let id = write(&emulator, "k", &an_order()).await.body["id"].clone();
    let path = format!("/sandbox/simulate/orders/{}/fulfill", id.as_str().unwrap());
    for (query, status) in [("?partial=true", "partially_fulfilled"), ("", "fulfilled")] {
        let order = call(&emulator, "PUT", &format!("{path}{query}"), Value::Null)
            .await
            .body;
        assert_eq!(order["data"]["status"], status);
    }
    let path = "/sandbox/simulate/returns/return-000001/receive";
    let received = call(&emulator, "PUT", path, json!({})).await.body;
    assert_eq!(received["status"], "received");
    for (path, list) in [
        ("/sandbox/simulate/cart/orders", "cart/orders"),
        ("/sandbox/simulate/cart/products", "cart/products"),
    ] {
        let simulated = call(&emulator, "POST", path, json!({"name": "Mug"}))
            .await
            .body;
        let id = simulated["id"].as_str().unwrap();
        assert!(emulator.record(list, id).is_ok(), "{path}");
    }
}

#[tokio::test]
async fn a_disabled_function_is_no_available_action_and_its_writes_give_403() {
    let emulator = unlimited().start().await.unwrap();
    let path = "/schedules/disabled-functions";
    let disabled = json!({"disabled_functions": ["create_order"]});
    call(&emulator, "PATCH", path, disabled).await;
    assert_eq!(write(&emulator, "k", &an_order()).await.status, 403);
    let connections = get(&emulator, "/connections").await.body;
    let actions = connections["data"][0]["available_actions"]
        .as_array()
        .unwrap();
    assert!(!actions.contains(&json!("create_order")));
    call(
        &emulator,
        "PATCH",
        path,
        json!({"enabled_functions": ["create_order"]}),
    )
    .await;
    assert_eq!(write(&emulator, "k", &an_order()).await.status, 200);
}

#[tokio::test]
async fn a_function_that_is_enabled_again_is_backfilled() {
    let clock = SetClock::new();
    let emulator = unlimited()
        .clock(clock.read())
        .initial_sync(Duration::from_secs(600));
    let emulator = emulator.start().await.unwrap();
    let (_, token) = installed(&emulator).await;
    clock.advance(600);
    let disable = |name: &'static str| {
        let body = json!({name: ["get_orders"]});
        let emulator = &emulator;
        let token = &token;
        async move {
            send_as(
                emulator,
                token,
                "PATCH",
                "/schedules/disabled-functions",
                &body,
            )
            .await
        }
    };
    let count = async |path: &str| {
        let page = send_as(&emulator, &token, "GET", path, &Value::Null)
            .await
            .body;
        ids(&page).len()
    };
    disable("disabled_functions").await;
    assert_eq!(
        (count("/wms/orders").await, count("/wms/products").await),
        (0, 20)
    );
    disable("enabled_functions").await;
    assert_eq!(count("/wms/orders").await, 0);
    clock.advance(600);
    assert_eq!(count("/wms/orders").await, 20);
}

#[tokio::test]
async fn the_token_of_a_deleted_connection_is_worthless() {
    let emulator = unlimited().start().await.unwrap();
    let (id, token) = installed(&emulator).await;
    let deleted = send_as(&emulator, &token, "DELETE", "/connections", &Value::Null)
        .await
        .body;
    assert_eq!(
        (&deleted["id"], &deleted["deleted"]),
        (&json!(id), &json!(true))
    );
    let refused = send_as(&emulator, &token, "GET", "/wms/orders", &Value::Null).await;
    assert_eq!(refused.status, 401);
    assert_eq!(
        get(&emulator, &format!("/connections/{id}")).await.status,
        404
    );
    assert_eq!(get(&emulator, "/wms/orders").await.status, 200);
}

#[tokio::test]
async fn the_client_installs_updates_and_deletes_a_connection() {
    let emulator = unlimited().start().await.unwrap();
    let organisation = Client::builder()
        .api_key("key")
        .base_url(emulator.base_url());
    let organisation = organisation.build().unwrap();
    let link = organisation
        .create_link_token(LinkTokenInput::default())
        .send()
        .await
        .unwrap();
    let code = emulator
        .finish_link(&link.link_token, "wms", "sandbox")
        .unwrap();
    let input: ExchangeInput = serde_json::from_value(json!({"auth_code": code})).unwrap();
    let exchanged = organisation.exchange_link(input).send().await.unwrap();
    let connection = organisation.connection(exchanged.access_token.clone());
    let update: UpdateConnection =
        serde_json::from_value(json!({"customer_id": "customer-2"})).unwrap();
    connection.update_connection(update).send().await.unwrap();
    let found = organisation
        .get_connection(&exchanged.connection_id)
        .send()
        .await
        .unwrap();
    assert_eq!(found.data[0].customer_id.as_deref(), Some("customer-2"));
    connection.delete_connection().send().await.unwrap();
    assert!(connection.list_wms_orders().send().await.is_err());
    assert!(client(&emulator).list_wms_orders().send().await.is_ok());
}

#[tokio::test]
async fn write_info_has_closed_schemas_that_a_write_satisfies() {
    let emulator = unlimited().start().await.unwrap();
    let info = get(&emulator, "/integrations/wms/sandbox/write-info")
        .await
        .body;
    let order = &info["paths"]["/wms/orders"]["post"]["requestBody"]["content"];
    let mut schema = order["application/json"]["schema"].clone();
    schema["components"] = info["components"].clone();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(validator.is_valid(&json!({"order_number": "1", "line_items": [{"sku": "a"}]})));
    assert!(!validator.is_valid(&json!({"colour": "red"})));
    for schema in info["components"]["schemas"].as_object().unwrap().values() {
        let is_object = schema["properties"].is_object();
        assert_eq!(schema["required"].is_array(), is_object, "{schema}");
    }
}
