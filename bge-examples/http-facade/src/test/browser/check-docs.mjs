// Arguments: the service's address, the browser's program, where to save the picture.
import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';

const [address, executablePath, picture] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath,
  // Chromium does not start as root with its sandbox on; it opens only our own page.
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.setViewport({ width: 1200, height: 1600 });

  const requested = [];
  const complaints = [];
  page.on('request', request => requested.push(request.url()));
  page.on('pageerror', error => complaints.push(String(error)));
  // Says what the policy forbade, too.
  page.on('console', message => {
    if (message.type() === 'error') {
      complaints.push(message.text());
    }
  });

  await page.goto(`${address}/docs`, { waitUntil: 'networkidle0' });
  const operation = '#operations-embeddings-embed';
  await (await page.waitForSelector(`${operation} .opblock-summary-control`)).click();
  await (await page.waitForSelector(`${operation} .try-out__btn`)).click();
  const execute = await page.waitForSelector(`${operation} .execute`);
  const [response] = await Promise.all([
    page.waitForResponse(answer => answer.url() === `${address}/v1/embeddings`),
    execute.click(),
  ]);
  assert.equal(response.status(), 200);
  const answer = await response.json();
  assert.equal(answer.data[0].embedding.length, 64);
  assert.ok(answer.usage.prompt_tokens > 0);

  const shown = await page.waitForSelector(
    `${operation} .live-responses-table .response .response-col_status`);
  assert.match(await shown.evaluate(cell => cell.textContent), /200/);
  await shown.scrollIntoView();
  await page.screenshot({ path: picture });

  const hosts = new Set(
    requested.filter(url => !url.startsWith('data:')).map(url => new URL(url).origin));
  assert.deepEqual([...hosts], [address]);
  assert.deepEqual(complaints, []);
  console.log(`${requested.length} requests, all to ${address}; picture: ${picture}`);
} finally {
  await browser.close();
}
