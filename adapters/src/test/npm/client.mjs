// Speaks to the endpoint given as the first argument with the official client of the era given as the second, and prints
// what it saw as one line of JSON.
const [url, era] = process.argv.slice(2);
const modern = era === 'modern';
const { Client, StreamableHTTPClientTransport } = modern
  ? await import('@modelcontextprotocol/client')
  : {
      ...(await import('@modelcontextprotocol/sdk/client/index.js')),
      ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
    };
const client = new Client(
  { name: 'real', version: '1.0.0' },
  modern ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {},
);
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const { tools } = await client.listTools();
const echo = { name: 'echo', arguments: { message: 'hello' } };
const sum = { name: 'get-sum', arguments: { a: 1.5, b: 2 } };
const long = { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 2 } };
const progress = [];
const onprogress = (step) => progress.push(step.progress);
const call = modern
  ? (params, options) => client.callTool(params, options)
  : (params, options) => client.callTool(params, undefined, options);
const results = [await call(echo), await call(sum), await call(long, { onprogress })];
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), texts: results.map((each) => each.content[0].text), progress }));
await client.close();
