#pragma once
// Shorthand for graphs that are mostly chains, with torchvision's conventions.

#include <string>

#include "workloads/graph.h"

namespace deltasim {

/// A square window of a convolution or pool with the same padding on every side.
Window square_window(int kernel, int stride, int padding);

/// Appends to the node that was added last. Every call gives the id of the new node.
class NetworkBuilder {
 public:
  NetworkBuilder(std::string name, Shape input);

  /// Where the next node is appended.
  NodeId last() const { return last_; }
  /// Goes on from another node than the last.
  void go_on_from(NodeId node) { last_ = node; }
  int channels() const { return graph_.node(last_).shape.channels; }
  const Shape& shape() const { return graph_.node(last_).shape; }

  NodeId append(const std::string& name, Operation operation);
  NodeId convolution(const std::string& name, int out_channels, const Window& window,
                     int groups = 1);
  NodeId fully_connected(const std::string& name, int out_channels);
  /// Sum of the last node and `other`.
  NodeId add(const std::string& name, NodeId other);

  /// The graph with its stages numbered.
  Graph finish();

 private:
  Graph graph_;
  NodeId last_ = 0;
};

}  // namespace deltasim
