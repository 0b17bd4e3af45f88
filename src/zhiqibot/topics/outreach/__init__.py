"""订阅、群发、服务日提醒、走访记录: what the programme says to people on its own account."""
