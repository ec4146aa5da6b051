// node startup.js URL DIRECTORY: bring the database to what the files of an application say.

const fs = require('fs');
const path = require('path');
const { Client } = require('pg');

function collect(directory, below = '') {
  const files = {};
  for (const entry of fs.readdirSync(path.join(directory, below), { withFileTypes: true })) {
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) Object.assign(files, collect(directory, name));
    else if (name.endsWith('.sql')) files[name] = fs.readFileSync(path.join(directory, name), 'utf8');
  }
  return files;
}

async function migrate(url, directory) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    // the others wait here while one of them migrates
    await client.query("SET LOCAL migrator.lock_timeout = '10min'");
    await client.query('SELECT FROM migrator.import($1::jsonb)', [JSON.stringify(collect(directory))]);
    const result = await client.query('SELECT revision, message FROM migrator.upgrade()');
    await client.query('COMMIT');
    return result.rows;
  } finally {
    await client.end(); // rolls back what was not committed
  }
}

module.exports = { migrate };

if (require.main === module) {
  migrate(process.argv[2], process.argv[3]).then(
    (rows) => rows.forEach((row) => console.log(`upgraded to ${row.revision}: ${row.message}`)),
    (error) => {
      console.error(`${error.message} (${error.code})\n${error.detail || ''}\n${error.hint || ''}`);
      process.exit(1);
    });
}
