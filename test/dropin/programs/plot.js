// A page with pictures. Of the packages that these can use, it has the two that pages need.

import { confusionPlot, graphPlot, toPNG } from "lanewise/plot";

globalThis.pictures = { confusionPlot, graphPlot, toPNG };
