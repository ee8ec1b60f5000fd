using Plrs.MLNet.Experiments.CommandLines;
using PlrsTool;

return CommandLineProgram.Run(Tool.Create(), args);
