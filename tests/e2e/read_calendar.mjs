// Reads a calendar file with ical.js (Mozilla’s), and prints what a calendar program would keep of it.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
const facts = {
  method: calendar.getFirstPropertyValue("method"),
  uid: event.uid,
  sequence: event.sequence,
  summary: event.summary,
  description: event.description,
  location: event.location,
  starts: event.startDate.toJSDate().toISOString(),
  zone: event.startDate.zone.tzid,
  minutes: event.duration.toSeconds() / 60,
  status: event.component.getFirstPropertyValue("status"),
};
console.log(JSON.stringify(facts));
