import "lanewise/worker/host";
