// The strictest Content-Security-Policy that the playground runs under. Everything comes from its own folder; the kernels
// are compiled from bytes, which is what 'wasm-unsafe-eval' allows.

export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
