import "lanewise/estimators/worker";
