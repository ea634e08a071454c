use std::time::Instant;
fn main() {
    let a: Vec<u64> = std::env::args().skip(1).map(|x| x.parse().unwrap()).collect();
    let case = muster_shared_bank::generate(muster_shared_bank::Size { shifts: a[0] as usize, workers: a[1] as usize, organisations: a[2] as usize, days: a[3] as i64, seed: a[4] });
    let t = Instant::now();
    let d = a[5];
    let mut b = || (t.elapsed().as_micros() as u64) / d;
    println!("{}", { let o = muster_shared_bank::solve(&case, muster_shared_bank::Settings::default(), &mut b); let e=t.elapsed(); println!("{e:?} {:?} {:?} first {:?}", o.cost, o.bound, o.first_come.cost); let c=muster_shared_bank::check(&case, &o); format!("{} wrong {:?}", c.len(), c.first()) });
    println!("{:?}", t.elapsed());
}
