// Arguments: the service's address, the browser's program, a folder for the pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const [address, executablePath, folder] = process.argv.slice(2);
const LIGHT = [{ name: 'prefers-color-scheme', value: 'light' }];
const DARK = [{ name: 'prefers-color-scheme', value: 'dark' }];
const browser = await puppeteer.launch({
  executablePath,
  // Chromium does not start as root with its sandbox on; it opens only our own page.
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);

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

  const text = selector => page.$eval(selector, element => element.textContent.trim());
  const count = selector => page.$$eval(selector, elements => elements.length);

  /** Presses the button of a panel and waits for what it shows. */
  async function run(panel, shows) {
    await page.goto(`${address}/#${panel}`, { waitUntil: 'networkidle0' });
    assert.equal(await count('main > section:not([hidden])'), 1);
    assert.equal(await text('#tabs [aria-current]'), await text(`#tabs a[href="#${panel}"]`));
    await page.click(`#${panel} button.primary`);
    await page.waitForSelector(`#${panel} ${shows}`);
    assert.equal(await count(`#${panel} .error`), 0);
  }

  /** Takes a picture, and fails if the page is wider than the window. */
  async function picture(name) {
    const [content, width] = await page.evaluate(() =>
      [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(content <= width, `${name}: ${content} of ${width} pixels`);
    await page.screenshot({ path: join(folder, `playground-${name}.png`), fullPage: true });
  }

  await page.setViewport({ width: 1200, height: 900 });
  await page.emulateMediaFeatures(LIGHT);
  await run('embed', 'mark');
  assert.equal(await text('#device'), 'cpu');
  assert.equal(await text('#precision'), 'fp32');
  assert.match(await text('#embedder'), /m3$/);
  assert.match(await text('#reranker'), /reranker$/);
  // The text stands there as it was typed, though every token is an element.
  const typed = await page.$eval('#embed-text', area => area.value);
  assert.equal((await text('#embed .marked')).replace(/<\/?s>/g, ''), typed);
  assert.ok(await count('#embed mark.strong') > 0);
  await picture('embed-light');

  await run('compare', 'table.heat');
  const rows = await count('#compare .heat tbody tr');
  assert.ok(rows > 3);
  assert.equal(await count('#compare .heat td.best'), rows);
  const scores = await page.$$eval('#compare .scores dt + dd', all => all.map(it => +it.textContent));
  assert.equal(scores.length, 4);
  assert.ok(Math.abs((scores[0] + scores[1] + scores[2]) / 3 - scores[3]) < 0.002);
  await picture('compare-light');

  // Equal texts are as alike as can be.
  await page.$eval('#compare-second', area => {
    area.value = document.getElementById('compare-first').value;
  });
  await page.click('#compare button.primary');
  await page.waitForFunction(() =>
    document.querySelector('#compare .scores dd')?.textContent === '1.000');

  // Long texts: the page answers while it multiplies millions of vectors.
  const longest = await page.evaluate(async () => {
    const words = Array.from({ length: 1800 }, (_, i) => `w${i % 97}`).join(' ');
    document.getElementById('compare-first').value = words;
    document.getElementById('compare-second').value = `${words.slice(9)} end`;
    let last = performance.now();
    let gap = 0;
    const timer = setInterval(() => {
      gap = Math.max(gap, performance.now() - last);
      last = performance.now();
    }, 5);
    const button = document.querySelector('#compare button.primary');
    button.click();
    while (button.disabled) {
      await new Promise(resolve => { setTimeout(resolve, 5); });
    }
    clearInterval(timer);
    return gap;
  });
  console.log(`longest pause of the page over long texts: ${longest.toFixed(0)} ms`);
  assert.ok(longest < 1_000, `the page stood still for ${longest} ms`);
  assert.match(await text('#compare'), /Only the first 48 tokens are shown/);

  await run('rank', '.columns');
  assert.equal(await count('#rank .card'), 3);
  assert.equal(await count('#rank .hits li'), 15);
  await picture('rank-light');

  await page.emulateMediaFeatures(DARK);
  for (const [panel, shows] of [['embed', 'mark'], ['compare', 'table.heat'], ['rank', '.columns']]) {
    await page.goto('about:blank');
    await run(panel, shows);
    await picture(`${panel}-dark`);
  }

  await page.setViewport({ width: 360, height: 800, isMobile: true, hasTouch: true });
  await page.emulateMediaFeatures(LIGHT);
  for (const [panel, shows] of [['embed', 'mark'], ['compare', 'table.heat'], ['rank', '.columns']]) {
    await page.goto('about:blank');
    await run(panel, shows);
    await picture(`${panel}-narrow`);
  }

  // By keyboard, and with what the service refuses.
  await page.$eval('#rank-documents', area => { area.value = ' \n '; });
  await page.focus('#rank-query');
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
  await page.waitForSelector('#rank [role="alert"]');
  assert.match(await text('#rank [role="alert"]'), /documents must hold/);
  const refusals = complaints.filter(complaint => complaint.includes('400 (Bad Request)'));
  assert.deepEqual(complaints, refusals);

  const hosts = new Set(requested
    .filter(url => !url.startsWith('data:') && url !== 'about:blank')
    .map(url => new URL(url).origin));
  assert.deepEqual([...hosts], [address]);
  console.log(`${requested.length} requests, all to ${address}; pictures: ${folder}`);
} finally {
  await browser.close();
}
