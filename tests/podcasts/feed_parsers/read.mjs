// What two independent parsers read in a feed: node read.mjs <file>, one JSON object on the standard output.
process.env.PARTYTIME_LOG = "silent";
process.env.LOG = "silent";
const { readFileSync } = await import("node:fs");
const { parseRssFeed } = await import("feedsmith");
const partytime = (await import("podcast-partytime")).default;

const xml = readFileSync(process.argv[2], "utf8");
const index = partytime.parseFeed(xml);
const smith = parseRssFeed(xml);

const report = {
  partytime: index && {
    count: index.items.length,
    guids: index.items.map((item) => item.guid),
    support: index.pc20support,
    category: index.itunesCategory,
    durations: index.items.map((item) => item.duration),
    enclosures: index.items.map((item) => item.enclosure?.url),
    transcripts: index.items.map((item) => item.podcastTranscripts?.length ?? 0),
    chapters: index.items.map((item) => item.podcastChapters?.url),
    persons: index.items.map((item) => (item.podcastPeople ?? []).map((person) => person.name)),
    guid: index.guid,
    medium: index.medium,
  },
  feedsmith: {
    count: smith.items.length,
    title: smith.title,
    language: smith.language,
    podcast: smith.podcast,
    transcripts: smith.items.map((item) => (item.podcast?.transcripts ?? []).map((transcript) => transcript.type)),
    first: smith.items[0],
  },
};
process.stdout.write(JSON.stringify(report));
