import { expect, test } from "bun:test";
import { registryOrigin } from "./registry-host.ts";

test("hosts of the loopback are spoken to without TLS, Docker Hub by the name of its API", () => {
  const origins = ["r.example.com", "localhost:5000", "[::1]:5000", "docker.io"].map((host) => registryOrigin(host).href);
  expect(origins).toEqual(["https://r.example.com/", "http://localhost:5000/", "http://[::1]:5000/", "https://registry-1.docker.io/"]);
  expect(registryOrigin("r.example.com", { plainHttp: true }).href).toBe("http://r.example.com/");
});

test.each(["V1.1.1", "1.2.3.4.5", "v1.0.256", "a b"])("%s is told to be no host", (host) => {
  expect(() => registryOrigin(host)).toThrow(`${host} is no registry: no host has such a name`);
});
