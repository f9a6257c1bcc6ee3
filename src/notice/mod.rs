//! 通知の規則: the rules of the notice, pure. Alone knows STEP 1-3.
