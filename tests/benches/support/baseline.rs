//! The baseline: what a developer writes by hand with `reqwest` and `serde`.
//!
//! The structs hold the fields of the client's types under the same types: times of `chrono`, amounts as
//! decimals, maps for what is not described. Their enums take what they do not know as `Other`, which keeps
//! less than the client does (it keeps the value), and is faster.

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use trackstar_api::Decimal;

use super::texts::{KEY, TOKEN};

/// Sends requests with bare `reqwest`: what is the same for all requests is set once.
pub struct Bare {
    http: reqwest::Client,
    base_url: String,
}

impl Bare {
    /// For requests on the organisation.
    pub fn new(base_url: &str) -> Self {
        Self::with_headers(base_url, &[("x-trackstar-api-key", KEY)])
    }

    /// For requests on a connection.
    pub fn of_connection(base_url: &str) -> Self {
        let credentials = [
            ("x-trackstar-api-key", KEY),
            ("x-trackstar-access-token", TOKEN),
        ];
        Self::with_headers(base_url, &credentials)
    }

    fn with_headers(base_url: &str, credentials: &[(&'static str, &'static str)]) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in credentials {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("bare/1.0")
            .default_headers(headers)
            .build();
        Self {
            http: http.expect("the settings are valid"),
            base_url: base_url.to_owned(),
        }
    }

    /// Gets and decodes what is under a path.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Box<dyn Error>> {
        let url = format!("{}{path}", self.base_url);
        let response = self.http.get(url).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}

/// An amount, from a number.
fn amount<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    let number = Option::<f64>::deserialize(from)?;
    Ok(number.and_then(|number| Decimal::try_from(number).ok()))
}

#[derive(Debug, Deserialize)]
pub struct MagicLinks {
    pub magic_links: Vec<MagicLink>,
}

#[derive(Debug, Deserialize)]
pub struct MagicLink {
    pub customer_id: Option<String>,
    pub expires_at: DateTime<Utc>,
    pub id: String,
    #[serde(default)]
    pub integration_allow_list: Vec<String>,
    #[serde(default)]
    pub integration_block_list: Vec<String>,
    pub integration_type: IntegrationType,
    #[serde(default)]
    pub integrations_with_endpoints: Vec<String>,
    pub url: String,
}

#[derive(Debug, Deserialize)]
pub struct OrdersPage {
    pub data: Vec<Order>,
    pub next_token: Option<String>,
    pub total_count: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub struct OneOrder {
    pub data: Order,
}

#[derive(Debug, Deserialize)]
pub struct Order {
    #[serde(default)]
    pub additional_fields: Map<String, Value>,
    pub carrier_id: Option<String>,
    pub carrier_name: Option<String>,
    pub channel: Option<String>,
    pub channel_object: Option<Channel>,
    pub created_date: Option<DateTime<Utc>>,
    pub external_system_url: Option<String>,
    pub first_party_freight_account_number: Option<String>,
    pub id: String,
    pub international_duty_paid_by: Option<DutyPaidBy>,
    pub invoice_currency_code: Option<String>,
    pub is_third_party_freight: Option<bool>,
    #[serde(default)]
    pub line_items: Vec<LineItem>,
    pub order_number: Option<String>,
    pub raw_status: Option<String>,
    pub reference_id: Option<String>,
    pub required_ship_date: Option<DateTime<Utc>>,
    pub saturday_delivery: Option<bool>,
    pub scac: Option<String>,
    pub service_level: Option<String>,
    pub ship_to_address: Option<ShipToAddress>,
    #[serde(default)]
    pub shipments: Vec<Shipment>,
    pub shipping_method: Option<String>,
    pub shipping_method_id: Option<String>,
    pub shipping_method_name: Option<String>,
    pub signature_required: Option<bool>,
    pub status: Option<OrderStatus>,
    #[serde(default)]
    pub tags: Vec<String>,
    pub third_party_freight_account_number: Option<String>,
    #[serde(default, deserialize_with = "amount")]
    pub total_discount: Option<Decimal>,
    #[serde(default, deserialize_with = "amount")]
    pub total_price: Option<Decimal>,
    #[serde(default, deserialize_with = "amount")]
    pub total_shipping: Option<Decimal>,
    #[serde(default, deserialize_with = "amount")]
    pub total_tax: Option<Decimal>,
    pub trackstar_created_date: Option<DateTime<Utc>>,
    #[serde(default)]
    pub trackstar_tags: Vec<Value>,
    pub trackstar_updated_date: Option<DateTime<Utc>>,
    pub trading_partner: Option<String>,
    #[serde(rename = "type")]
    pub type_: Option<OrderType>,
    pub updated_date: Option<DateTime<Utc>>,
    pub warehouse_customer_id: Option<String>,
    pub warehouse_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Channel {
    pub channel_id: String,
    pub channel_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct LineItem {
    #[serde(default, deserialize_with = "amount")]
    pub discount_amount: Option<Decimal>,
    pub is_picked: bool,
    pub product_id: String,
    pub quantity: i64,
    pub sku: Option<String>,
    #[serde(default, deserialize_with = "amount")]
    pub unit_price: Option<Decimal>,
}

#[derive(Debug, Deserialize)]
pub struct ShipToAddress {
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub address3: Option<String>,
    pub city: Option<String>,
    pub company: Option<String>,
    pub country: Option<String>,
    pub email_address: Option<String>,
    pub full_name: Option<String>,
    pub phone_number: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct ShipFromAddress {
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub address3: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Shipment {
    #[serde(default)]
    pub line_items: Vec<ShipmentLineItem>,
    #[serde(default)]
    pub packages: Vec<Package>,
    pub raw_status: Option<String>,
    pub ship_from_address: ShipFromAddress,
    pub ship_to_address: ShipToAddress,
    pub shipment_id: String,
    pub shipped_date: Option<DateTime<Utc>>,
    pub shipping_method: Option<String>,
    pub status: ShipmentStatus,
    pub warehouse_id: String,
}

#[derive(Debug, Deserialize)]
pub struct ShipmentLineItem {
    pub inventory_item_id: String,
    pub parent_product_id: Option<String>,
    pub quantity: i64,
    pub sku: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Package {
    pub carrier: Option<String>,
    pub carrier_id: Option<String>,
    pub carrier_name: Option<String>,
    #[serde(default)]
    pub line_items: Vec<PackageLineItem>,
    pub measurements: Measurements,
    pub package_id: String,
    pub package_name: Option<String>,
    pub scac: Option<String>,
    #[serde(default, deserialize_with = "amount")]
    pub shipping_cost: Option<Decimal>,
    pub shipping_method: Option<String>,
    pub shipping_method_id: Option<String>,
    pub shipping_method_name: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct PackageLineItem {
    pub expiration_date: Option<DateTime<Utc>>,
    pub inventory_item_id: String,
    pub lot_id: Option<String>,
    pub parent_product_id: Option<String>,
    pub quantity: i64,
    pub sku: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Measurements {
    pub height: Option<f64>,
    pub length: Option<f64>,
    pub unit: Option<LengthUnit>,
    pub weight: Option<f64>,
    pub weight_unit: Option<WeightUnit>,
    pub width: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationType {
    Wms,
    Freight,
    Cart,
    Carrier,
    Erp,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    Open,
    Confirmed,
    Processing,
    Picked,
    Packed,
    PartiallyFulfilled,
    Fulfilled,
    Exception,
    Cancelled,
    Backordered,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderType {
    D2c,
    B2b,
    Dropship,
    Transfer,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyPaidBy {
    Sender,
    Recipient,
    ThirdParty,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentStatus {
    Open,
    Shipped,
    Cancelled,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    Cm,
    In,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightUnit {
    Kg,
    Oz,
    Lb,
    #[serde(other)]
    Other,
}
