import type { StudioFacts } from './studio-facts.ts'

/**
 * What runs in the browser: a kernel-like WebSocket that says something every half second, and the button that opens a
 * space as Studio's own page does (row 1.29): credentials of the execution role, calls signed here, over this browser's network.
 */
export function browserScript(facts: StudioFacts): string {
  const json = JSON.stringify(facts).replaceAll('<', '\\u003c')
  return `'use strict';
const facts = ${json};
const kernel = document.getElementById('kernel');
const say = (state, text) => { kernel.dataset.state = state; kernel.className = 'card ' + (state === 'connected' ? 'on' : 'off'); document.getElementById('kernel-text').textContent = text; };
const socket = new WebSocket('wss://' + location.host + '/ws');
let echoes = 0, beat;
socket.onopen = () => { say('connected', 'kernel connected'); beat = setInterval(() => socket.send('tick ' + Date.now()), 500); };
socket.onmessage = () => { document.getElementById('kernel-count').textContent = ++echoes + ' answers'; };
socket.onclose = (event) => { clearInterval(beat); say('disconnected', 'kernel disconnected (' + (event.reason || 'connection refused, code ' + event.code) + ')'); };

const encoder = new TextEncoder();
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (text) => hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
const hmac = async (key, text) => {
  const imported = await crypto.subtle.importKey('raw', typeof key === 'string' ? encoder.encode(key) : key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, encoder.encode(text));
};
async function call(credentials, operation, input) {
  const host = 'api.sagemaker.' + facts.region + '.amazonaws.com';
  const body = JSON.stringify(input);
  const date = new Date().toISOString().replace(/[-:]|\\.\\d{3}/g, '');
  const scope = date.slice(0, 8) + '/' + facts.region + '/sagemaker/aws4_request';
  const headers = { 'content-type': 'application/x-amz-json-1.1', host, 'x-amz-date': date, 'x-amz-security-token': credentials.sessionToken, 'x-amz-target': 'SageMaker.' + operation };
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', '', ...names.map((name) => name + ':' + headers[name]), '', names.join(';'), await sha256(body)].join('\\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, await sha256(canonical)].join('\\n');
  let key = 'AWS4' + credentials.secretAccessKey;
  for (const part of scope.split('/')) key = await hmac(key, part);
  const { host: implied, ...sent } = headers;
  const response = await fetch('https://' + host + '/', { method: 'POST', body, referrerPolicy: 'no-referrer', headers: { ...sent, authorization: 'AWS4-HMAC-SHA256 Credential=' + credentials.accessKeyId + '/' + scope + ', SignedHeaders=' + names.join(';') + ', Signature=' + hex(await hmac(key, toSign)) } });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(operation + ': ' + (answer.message || answer.Message || answer.__type)), { code: answer.__type });
  return answer;
}
const unless = (code) => (error) => { if (error.code !== code) throw error; };
async function presignedSpace(say) {
  const credentials = await (await fetch('/credentials', { method: 'POST' })).json();
  if (credentials.error) throw new Error(credentials.error);
  const DomainId = facts.domainId, SpaceName = facts.profileName.slice(0, 57) + '-space';
  say('CreateSpace');
  await call(credentials, 'CreateSpace', { DomainId, SpaceName, OwnershipSettings: { OwnerUserProfileName: facts.profileName }, SpaceSharingSettings: { SharingType: 'Private' }, SpaceSettings: { AppType: 'JupyterLab' }, Tags: [{ Key: 'sagemaker:user-profile-arn', Value: facts.profileArn }, { Key: 'sagemaker:domain-arn', Value: facts.domainArn }] }).catch(unless('ResourceInUse'));
  say('CreateApp');
  await call(credentials, 'CreateApp', { DomainId, SpaceName, AppType: 'JupyterLab', AppName: 'default' }).catch(unless('ResourceInUse'));
  say('CreatePresignedDomainUrl');
  return (await call(credentials, 'CreatePresignedDomainUrl', { DomainId, UserProfileName: facts.profileName, SpaceName, ExpiresInSeconds: 60 })).AuthorizedUrl;
}
async function openSpace() {
  const status = document.getElementById('space-status');
  const show = (state, text) => { status.dataset.state = state; status.textContent = text; };
  button.disabled = true;
  try {
    const url = await presignedSpace((step) => show('working', step));
    show('opening', 'Opening the space');
    location.assign(url);
  } catch (error) {
    show('failed', String(error.message || error));
  }
  button.disabled = false;
}
const button = document.getElementById('open-space');
if (button) button.addEventListener('click', openSpace);
`
}
