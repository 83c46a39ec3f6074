//! What one caller's load does to another, with the rates that are set when nothing is said.

use std::time::Duration;

use crate::load::{self, Case};

/// Waits of somebody who asks for a list now and then, while one other caller asks for all they can get.
pub fn measure(address: &str, busy: &[String], patient: &[String], time: Duration) {
    let list = Case::get("the patient one", vec![("/v1/disputes?limit=20".into(), String::new())]);
    let list = list.at_rest(Duration::from_millis(50));
    let idle = load::run(&list, address, patient, 1, time / 2).median;
    println!("\nmedian wait of another caller: {} alone", milliseconds(idle));
    for (name, connections, path) in [
        ("100 lists of 200", 100, "/v1/disputes?limit=200"),
        ("64 searches", 64, "/v1/disputes?q=%E6%BC%8F%E6%B0%B4%20%E5%8E%A8%E6%88%BF&limit=200"),
        ("32 readers of the feed", 32, "/v1/changes?cursor=begin&limit=200"),
    ] {
        let case = Case::get(name, vec![(path.into(), String::new())]);
        let (busy, address) = (busy.to_vec(), address.to_owned());
        let to = address.clone();
        let load = std::thread::spawn(move || load::press(&case, &to, &busy, connections, time + Duration::from_secs(1)));
        std::thread::sleep(Duration::from_secs(1));
        let waited = load::run(&list, &address, patient, 1, time / 2).median;
        let (outcome, refused) = load.join().unwrap();
        let ratio = waited.as_secs_f64() / idle.as_secs_f64();
        println!(
            "{name:<48}{:>10} ({ratio:.1} times), {:.0} answers a second to the busy one, {refused} refused",
            milliseconds(waited),
            outcome.rate
        );
        // The next one begins with all that is allowed.
        std::thread::sleep(Duration::from_secs(6));
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
