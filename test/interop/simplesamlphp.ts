/** A SimpleSAMLphp of Debian's package as identity provider on loopback: its own folder of settings, PHP's own server. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, serve } from './loopback.ts'

/** Where Debian puts it. */
export const simpleSamlPhpWeb = '/usr/share/simplesamlphp/www'

export interface ServiceProvider {
  readonly audience: string
  readonly acsUrl: string
  /** Settings of the provider's metadata in SimpleSAMLphp, such as `saml20.sign.assertion`. */
  readonly settings?: Readonly<Record<string, boolean | string>>
}

export interface IdentityProviderOnLoopback {
  readonly metadataXml: string
  /** Where a person clicks: the provider posts a response for this audience after the login (IdP-initiated). */
  startUrl(audience: string): string
  /** Replaces the service providers that it knows. */
  serve(providers: readonly ServiceProvider[]): void
  close(): Promise<void>
}

/** People: user name to password and attributes. `uid` becomes the persistent NameID. */
export type People = Readonly<
  Record<string, { readonly password: string; readonly attributes: Readonly<Record<string, readonly string[]>> }>
>

export async function startSimpleSamlPhp(people: People): Promise<IdentityProviderOnLoopback> {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-simplesamlphp-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}/`
  for (const name of ['metadata', 'cert', 'sessions', 'data']) mkdirSync(join(folder, name))
  makeKey(join(folder, 'cert'))
  writeFileSync(join(folder, 'config.php'), php('config', configuration(folder, base)))
  writeFileSync(join(folder, 'authsources.php'), php('config', authenticationSources(people)))
  writeFileSync(join(folder, 'metadata/saml20-idp-hosted.php'), php('metadata', hostedProvider))
  const serveProviders = (providers: readonly ServiceProvider[]) =>
    writeFileSync(
      join(folder, 'metadata/saml20-sp-remote.php'),
      php('metadata', Object.fromEntries(providers.map(remoteProvider))),
    )
  serveProviders([])
  const forget = () => rmSync(folder, { recursive: true, force: true })
  try {
    const server = await serve({
      name: 'SimpleSAMLphp',
      command: ['php', '-d', 'opcache.enable=0', '-S', `127.0.0.1:${port}`, '-t', simpleSamlPhpWeb],
      env: { PATH: process.env.PATH, SIMPLESAMLPHP_CONFIG_DIR: folder, PHP_CLI_SERVER_WORKERS: '2' },
      url: `${base}saml2/idp/metadata.php`,
      seconds: 20,
    })
    const startUrl = (audience: string) => `${base}saml2/idp/SSOService.php?spentityid=${encodeURIComponent(audience)}`
    const close = () => server.close().finally(forget)
    return { metadataXml: server.body, startUrl, serve: serveProviders, close }
  } catch (error) {
    forget()
    throw error
  }
}

function configuration(folder: string, base: string): object {
  return {
    baseurlpath: base,
    certdir: `${folder}/cert/`,
    loggingdir: `${folder}/`,
    datadir: `${folder}/data/`,
    tempdir: `${folder}/data`,
    metadatadir: `${folder}/metadata/`,
    attributenamemapdir: '/etc/simplesamlphp/attributemap/',
    timezone: 'UTC',
    secretsalt: randomBytes(16).toString('hex'),
    'auth.adminpassword': randomBytes(16).toString('hex'),
    'admin.protectmetadata': false,
    'logging.handler': 'file',
    'logging.level': 7,
    'logging.logfile': 'simplesamlphp.log',
    'enable.saml20-idp': true,
    'module.enable': { exampleauth: true, core: true, saml: true },
    'metadata.sources': [{ type: 'flatfile', directory: `${folder}/metadata` }],
    'store.type': 'phpsession',
    'session.phpsession.savepath': `${folder}/sessions`,
    'session.cookie.secure': false,
    'session.cookie.samesite': 'Lax',
    'language.cookie.secure': false,
    showerrors: true,
    production: true,
  }
}

function authenticationSources(people: People): object {
  const users = Object.entries(people).map(([name, { password, attributes }]) => [
    `${name}:${password}`,
    { uid: [name], ...attributes },
  ])
  return { people: { 0: 'exampleauth:UserPass', ...Object.fromEntries(users) } }
}

const hostedProvider = {
  '__DYNAMIC:1__': {
    host: '__DEFAULT__',
    privatekey: 'key.pem',
    certificate: 'certificate.pem',
    auth: 'people',
    'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'attributes.NameFormat': 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
    authproc: [
      {
        class: 'saml:AttributeNameID',
        attribute: 'uid',
        identifyingAttribute: 'uid',
        Format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      },
    ],
  },
}

function remoteProvider({ audience, acsUrl, settings }: ServiceProvider): readonly [string, object] {
  const acs = [{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: acsUrl, index: 0 }]
  return [
    audience,
    {
      AssertionConsumerService: acs,
      NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      ...settings,
    },
  ]
}

/** A settings file: one array, written as JSON inside a literal that PHP takes as it is. */
function php(variable: string, value: object): string {
  const json = JSON.stringify(value).replace(/[\\']/g, '\\$&')
  return `<?php\n$${variable} = json_decode('${json}', true);\n`
}

function makeKey(folder: string): void {
  const script = `
    $key = openssl_pkey_new(['private_key_bits' => 2048]);
    $request = openssl_csr_new(['commonName' => 'identity provider of one test'], $key, ['digest_alg' => 'sha256']);
    openssl_x509_export_to_file(openssl_csr_sign($request, null, $key, 2, ['digest_alg' => 'sha256']), 'certificate.pem');
    openssl_pkey_export_to_file($key, 'key.pem');`
  execFileSync('php', ['-r', script], { cwd: folder, timeout: 30_000 })
  // PHP reports trouble with OpenSSL as warnings only.
  readFileSync(join(folder, 'certificate.pem'))
}
