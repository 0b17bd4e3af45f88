"""早餐会、晚茶会、大讲堂、服务日、面对面、对接会: timetable, bookings, waiting lists, reminders."""
